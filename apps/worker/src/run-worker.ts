import { hostname } from "node:os";
import type { PlainError } from "@mezzotint/contracts/errors";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { createDatabase } from "@mezzotint/db/client";
import { createListener } from "@mezzotint/db/listen";
import { openWorkerSession } from "@mezzotint/queue/worker-session";
import type { ServiceContext } from "@mezzotint/services/context";
import { announceModels } from "@mezzotint/services/model/announce";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { createDatabaseClock } from "./database-clock.ts";
import type { WorkerEnvironment } from "./environment.ts";
import type { Engine } from "./handlers/engine.ts";
import { startEvaluator } from "./evaluator/evaluator.ts";
import { createHandlers } from "./handlers/index.ts";
import type { Log } from "./log.ts";
import { startLoop } from "./loop.ts";
import { startSweeps } from "./sweeps.ts";
import { createWatched } from "./watched.ts";

/** An engine that knows its models; `problems` names those it cannot use. */
export interface WorkerEngine extends Engine {
  describeModels(): Promise<readonly ModelInfo[]>;
  readonly problems: readonly { readonly name: string; readonly error: PlainError }[];
  /** Where it computes, such as "cpu" or "cuda:1". */
  readonly device: string;
  /** The hash of the model it has loaded, as far as is known. */
  readonly warmModelHash: string | null;
  close(): Promise<void>;
}

export interface RunningWorker {
  readonly workerId: string;
  /** Lets the running jobs finish for so long, hands them back otherwise, and lets everything go. Again: the same end. */
  stop(graceMs: number): Promise<void>;
}

export interface WorkerTimes {
  readonly leaseMs: number;
  readonly sweepMs: number;
}

/** What a worker with engines needs to know. */
export type WorkerSettings = Pick<
  WorkerEnvironment,
  "databaseUrl" | "directUrl" | "storageFolder" | "modelFolders" | "threads" | "capacity" | "lanes"
>;

const TIMES: WorkerTimes = { leaseMs: 20_000, sweepMs: 400 };

/** Starts a worker: among the living, its models announced, its loop running. */
export async function runWorker(args: {
  readonly environment: WorkerSettings;
  /** One for each device; they have the same models. */
  readonly engines: readonly [WorkerEngine, ...WorkerEngine[]];
  readonly log: Log;
  readonly times?: WorkerTimes;
}): Promise<RunningWorker> {
  const { environment, engines, log } = args;
  const { leaseMs, sweepMs } = args.times ?? TIMES;
  const { databaseUrl, directUrl = databaseUrl, lanes, capacity } = environment;
  const storage = createFileStorage(environment.storageFolder);
  const db = createDatabase(databaseUrl);
  const listener = createListener(directUrl);
  const session = await openWorkerSession({
    databaseUrl: directUrl,
    hostName: hostname(),
    pid: process.pid,
    devices: engines.map(({ device }) => device),
    lane: lanes.length === 1 ? lanes[0] : undefined,
  });
  const { workerId } = session;
  const clock = createDatabaseClock(() => performance.now());
  const ctx: ServiceContext = { db, storage, actor: { kind: "worker", workerId }, now: clock.now };
  await clock.follow(session.renew);
  await announce(ctx, engines[0], log);
  const { modelFolders, threads } = environment;
  const watched = createWatched(listener, () => performance.now());
  const devices = engines.map((engine) => ({
    handlers: createHandlers({ engine, watched, startEvaluator, evaluatorSettings: { modelFolders, threads } }),
    warmModelHash: () => engine.warmModelHash,
  }));
  const endSweeps = startSweeps({ ctx, session, clock, times: { leaseMs, sweepMs }, log });
  const loop = startLoop({ ctx, listener, session, leaseMs, devices, capacity, lanes, log });
  let closing: Promise<void> | null = null;
  async function close(): Promise<void> {
    await endSweeps();
    watched.close();
    await Promise.all([...engines.map((engine) => engine.close()), listener.close(), session.close()]);
    await db.close();
  }
  return {
    workerId,
    async stop(graceMs) {
      await loop.drain(graceMs);
      // A second signal only shortens the drain: what is closed once cannot be closed again.
      closing ??= close();
      await closing;
    },
  };
}

async function announce(ctx: ServiceContext, engine: WorkerEngine, log: Log): Promise<void> {
  const models = await engine.describeModels();
  for (const { name, error } of engine.problems) log("model-unusable", { name, ...error });
  await announceModels({ ctx, input: { models: [...models] } });
  log("ready", { models: models.map(({ name, hash }) => ({ name, hash })) });
}
