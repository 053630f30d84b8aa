import { newId } from "@mezzotint/contracts/ids";
import type { JobLane } from "@mezzotint/db/enums";
import pg from "pg";
import { WORKER_LOCK_CLASS } from "./worker-liveness.ts";

/** A worker's place among the living: a row, and a database session of its own that holds the row's lock. */
export interface WorkerSession {
  readonly workerId: string;
  /** Notes that the worker was seen now, and finds out whether the session still stands; takes it up again if not. */
  renew(): Promise<void>;
  /** Marks the worker as ended and lets the lock go. */
  close(): Promise<void>;
}

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
  let client = await connect(args.databaseUrl);
  const { rows } = await client.query<{ lock_key: number }>(
    `INSERT INTO worker (id, host_name, pid, slots, devices, lane)
     VALUES ($1, $2, $3, $4, $5::text[], $6::job_lane) RETURNING lock_key`,
    [workerId, args.hostName, args.pid, args.devices?.length ?? 1, args.devices ?? [], args.lane ?? null],
  );
  const lockKey = rows[0]?.lock_key;
  await hold(client, lockKey);

  return {
    workerId,
    async renew() {
      try {
        await client.query("UPDATE worker SET seen_at = now() WHERE id = $1", [workerId]);
      } catch {
        // The session broke, and with it the lock. A new one takes the lock again once the old session is gone.
        await client.end().catch(() => undefined);
        client = await connect(args.databaseUrl);
        await hold(client, lockKey);
      }
    },
    async close() {
      await client.query("UPDATE worker SET ended_at = now() WHERE id = $1", [workerId]);
      await client.end();
    },
  };
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, keepAlive: true });
  // `renew` finds a broken session by itself; without a listener the event would end the process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

async function hold(client: pg.Client, lockKey: number | undefined): Promise<void> {
  await client.query("SELECT pg_advisory_lock($1, $2)", [WORKER_LOCK_CLASS, lockKey]);
}
