import { MezzotintError } from "@mezzotint/contracts/errors";
import { newId } from "@mezzotint/contracts/ids";
import type { JobLane } from "@mezzotint/db/enums";
import pg from "pg";
import { WORKER_LOCK_CLASS } from "./worker-liveness.ts";

/** A worker's place among the living: a row, and a database session of its own that holds the row's lock. */
export interface WorkerSession {
  readonly workerId: string;
  /** False from the moment the session is known to be broken until `renew` has taken it up again. */
  isHeld(): boolean;
  /**
   * Notes that the worker was seen now, and finds out whether the session still stands; takes it up again if not.
   * Returns the database's time.
   */
  renew(): Promise<Date>;
  /** Marks the worker as ended and lets the lock go. */
  close(): Promise<void>;
}

/** A line that went dead without a word breaks the session after this. */
const ANSWER_WITHIN_MS = 15_000;

/** Needs a direct connection: a pooler that shares sessions between clients would share the lock as well. */
export async function openWorkerSession(args: {
  databaseUrl: string;
  hostName: string;
  pid: number;
  /** What it computes on, one engine each; one device without a name when absent. */
  devices?: readonly string[];
  /** The only lane it serves; both when absent. */
  lane?: JobLane | undefined;
}): Promise<WorkerSession> {
  const workerId = newId("worker");
  const first = await connect(args.databaseUrl);
  const { rows } = await first.query<{ lock_key: number }>(
    `INSERT INTO worker (id, host_name, pid, slots, devices, lane)
     VALUES ($1, $2, $3, $4, $5::text[], $6::job_lane) RETURNING lock_key`,
    [workerId, args.hostName, args.pid, args.devices?.length ?? 1, args.devices ?? [], args.lane ?? null],
  );
  const lockKey = rows[0]?.lock_key;
  let current: pg.Client | null = null;
  await hold(first);

  /** Waits until the session before is gone, whose lock it takes over. */
  async function hold(client: pg.Client): Promise<pg.Client> {
    client.once("end", () => drop(client));
    try {
      await client.query("SELECT pg_advisory_lock($1, $2)", [WORKER_LOCK_CLASS, lockKey]);
    } catch (error) {
      drop(client);
      throw error;
    }
    current = client;
    return client;
  }

  function drop(client: pg.Client): void {
    if (current === client) current = null;
    // Nothing is owed to a broken connection, and on a dead line its end may take for ever.
    client.end().catch(() => undefined);
  }

  async function see(client: pg.Client): Promise<Date> {
    const text = "UPDATE worker SET seen_at = now() WHERE id = $1 RETURNING clock_timestamp() AS now";
    const [row] = (await client.query<{ now: Date }>(text, [workerId])).rows;
    if (row === undefined) throw new MezzotintError("NOT_FOUND", `worker ${workerId}: its row is gone`);
    return row.now;
  }

  return {
    workerId,
    isHeld: () => current !== null,
    async renew() {
      const before = current;
      if (before !== null) {
        try {
          return await see(before);
        } catch {
          // The session broke, and with it the lock; below it is taken up again.
          drop(before);
        }
      }
      return see(await hold(await connect(args.databaseUrl)));
    },
    async close() {
      await current?.query("UPDATE worker SET ended_at = now() WHERE id = $1", [workerId]);
      await current?.end();
    },
  };
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    keepAlive: true,
    connectionTimeoutMillis: ANSWER_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
  });
  // The end of a connection follows, and is heard; without a listener this event would end the process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
