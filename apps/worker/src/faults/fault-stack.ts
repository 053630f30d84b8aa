import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { createDatabase, type Database } from "@mezzotint/db/client";
import { startEmbeddedPostgres } from "@mezzotint/db/embedded-postgres";
import { asDatabaseError } from "@mezzotint/db/errors";
import { migrate } from "@mezzotint/db/migrate";
import { createTeam } from "@mezzotint/db/testing/create-team";
import type { GenerationRequestInput } from "@mezzotint/contracts/generation";
import type { ServiceContext } from "@mezzotint/services/context";
import { requestGeneration } from "@mezzotint/services/generation/request";
import { actAs, MODEL, requestOf } from "@mezzotint/services/testing/fixture";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { parseEnvironment, type WorkerEnvironment } from "../environment.ts";
import { startWorkerProcess, type WorkerProcess } from "../testing/worker-process.ts";

const MIGRATIONS = fileURLToPath(new URL("../../../../prisma/migrations", import.meta.url));

/** A database with its durability on, a person who asks, and worker processes to kill. */
export interface FaultStack {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly storageFolder: string;
  /** Who asks; an administrator too, because quarantined jobs have to be released. */
  readonly person: ServiceContext;
  /** The ids of all requests that were answered: none of these may be lost. */
  readonly acknowledged: string[];
  /** Asks for a picture; a request that the database could not take is not acknowledged, and null. */
  request(changes: Partial<GenerationRequestInput>): Promise<string | null>;
  startWorker(): Promise<WorkerProcess>;
  /** The settings of a worker inside this process. */
  readonly environment: WorkerEnvironment;
  /** Ends the database server, and resolves when it answers again. */
  strikeDatabase(signal: "SIGKILL" | "SIGINT"): Promise<void>;
  close(): Promise<void>;
}

const ANSWERS_WITHIN_MS = 60_000;

export async function openFaultStack(): Promise<FaultStack> {
  const folder = await mkdtemp(join(tmpdir(), "mezzotint-faults-"));
  // Root's Postgres runs as another user, who has to get in.
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ dataFolder: join(folder, "data") });
  const { databaseUrl } = server;
  await migrate({ databaseUrl, migrationsFolder: MIGRATIONS });
  const db = createDatabase(databaseUrl);
  const storageFolder = join(folder, "files");
  const person = await signIn(db, storageFolder);
  const { rows } = await db.pool.query<{ folder: string }>("SELECT current_setting('data_directory') AS folder");
  const pidFile = join(rows[0]?.folder ?? "", "postmaster.pid");
  const acknowledged: string[] = [];
  const workers: WorkerProcess[] = [];
  const variables = { DATABASE_URL: databaseUrl, MEZZOTINT_STORAGE: storageFolder, MEZZOTINT_CAPACITY: "1" };
  return {
    folder,
    databaseUrl,
    storageFolder,
    person,
    acknowledged,
    environment: parseEnvironment(variables),
    async request(changes) {
      const id = await ask(person, changes);
      if (id !== null) acknowledged.push(id);
      return id;
    },
    async startWorker() {
      const worker = startWorkerProcess("plain", { ...variables, STEP_MS: "10" });
      workers.push(worker);
      await worker.heard("ready");
      return worker;
    },
    strikeDatabase: (signal) => strike(db, pidFile, signal),
    async close() {
      for (const worker of workers) worker.signal("SIGKILL");
      await Promise.all(workers.map((worker) => worker.exited));
      await db.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function signIn(db: Database, storageFolder: string): Promise<ServiceContext> {
  await db.prisma.model.create({ data: { hash: MODEL.hash, name: MODEL.name, info: MODEL } });
  const team = await createTeam(db.prisma);
  await db.prisma.user.update({ where: { id: team.userId }, data: { role: "admin" } });
  const storage = createFileStorage(storageFolder);
  return actAs({ db, storage, actor: { kind: "anonymous" }, now: () => new Date() }, { kind: "user", ...team });
}

async function ask(person: ServiceContext, changes: Partial<GenerationRequestInput>): Promise<string | null> {
  try {
    return (await requestGeneration({ ctx: person, input: requestOf(changes) })).id;
  } catch (thrown) {
    const error = asDatabaseError(thrown);
    if (error instanceof MezzotintError && error.code === "DATABASE_UNAVAILABLE") return null;
    throw error;
  }
}

/** The process id changes when the server was started anew. */
async function strike({ pool }: Database, pidFile: string, signal: "SIGKILL" | "SIGINT"): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile, "utf8"), 10);
  process.kill(pid, signal);
  const untilMs = performance.now() + ANSWERS_WITHIN_MS;
  while (performance.now() < untilMs) {
    await sleep(100);
    const now = await readFile(pidFile, "utf8").catch(() => "");
    const isNew = Number.parseInt(now, 10) !== pid;
    if (isNew && (await pool.query("SELECT 1").catch(() => null)) !== null) return;
  }
  throw new Error(`the database did not answer within ${ANSWERS_WITHIN_MS} ms of ${signal}`);
}
