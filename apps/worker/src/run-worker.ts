import { hostname } from "node:os";
import { toMezzotintError, type PlainError } from "@mezzotint/contracts/errors";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { createDatabase } from "@mezzotint/db/client";
import { createListener } from "@mezzotint/db/listen";
import { openWorkerSession, type WorkerSession } from "@mezzotint/queue/worker-session";
import type { ServiceContext } from "@mezzotint/services/context";
import { sweepJobs } from "@mezzotint/services/job/sweep";
import { announceModels } from "@mezzotint/services/model/announce";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import type { WorkerEnvironment } from "./environment.ts";
import type { Engine } from "./handlers/engine.ts";
import { startEvaluator } from "./evaluator/evaluator.ts";
import { createHandlers } from "./handlers/index.ts";
import type { Log } from "./log.ts";
import { startLoop } from "./loop.ts";
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
  "databaseUrl" | "storageFolder" | "modelFolders" | "threads" | "capacity" | "lanes"
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
  const { databaseUrl, lanes, capacity } = environment;
  const storage = createFileStorage(environment.storageFolder);
  const db = createDatabase(databaseUrl);
  const listener = createListener(databaseUrl);
  const session = await openWorkerSession({
    databaseUrl,
    hostName: hostname(),
    pid: process.pid,
    devices: engines.map(({ device }) => device),
    lane: lanes.length === 1 ? lanes[0] : undefined,
  });
  const { workerId } = session;
  const ctx: ServiceContext = { db, storage, actor: { kind: "worker", workerId }, now: () => new Date() };
  await announce(ctx, engines[0], log);
  const { modelFolders, threads } = environment;
  const watched = createWatched(listener, () => performance.now());
  const devices = engines.map((engine) => ({
    handlers: createHandlers({ engine, watched, startEvaluator, evaluatorSettings: { modelFolders, threads } }),
    warmModelHash: () => engine.warmModelHash,
  }));
  const endSweeps = startSweeps({ ctx, session, sweepMs, log });
  const loop = startLoop({ ctx, listener, leaseMs, devices, capacity, lanes, log });
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

/** Every worker keeps itself among the living and looks after the jobs of the dead, one round after the other. */
function startSweeps(args: {
  ctx: ServiceContext;
  session: WorkerSession;
  sweepMs: number;
  log: Log;
}): () => Promise<void> {
  const { ctx, session, sweepMs, log } = args;
  let round: Promise<void> | null = null;
  async function sweep(): Promise<void> {
    try {
      await session.renew();
      for (const { jobId, state } of await sweepJobs({ ctx })) log("took-back", { jobId, state });
    } catch (error) {
      log("sweep-failed", { message: toMezzotintError(error).message });
    }
  }
  const timer = setInterval(() => {
    round ??= sweep().finally(() => {
      round = null;
    });
  }, sweepMs);
  return async () => {
    clearInterval(timer);
    await round;
  };
}
