import { MezzotintError, toMezzotintError } from "@mezzotint/contracts/errors";
import type { JobKind } from "@mezzotint/contracts/catalogue";
import type { JobPayload } from "@mezzotint/contracts/job";
import { asDatabaseError } from "@mezzotint/db/errors";
import type { ServiceContext } from "@mezzotint/services/context";
import type { WorkerJob } from "@mezzotint/services/job/claim";
import { settleJob, type Verdict } from "@mezzotint/services/job/settle";
import { verdictOn } from "./failure.ts";
import type { HandlerInput, Handlers, StopReason } from "./handlers/handler.ts";
import { startHeartbeats } from "./heartbeats.ts";
import type { Log } from "./log.ts";
import { persist } from "./persist.ts";

/** One try at one job, from claim to settlement. */
export interface Attempt {
  readonly attemptId: string;
  stop(reason: StopReason): void;
  /** Resolves when the attempt is settled, or known to be settled by others. Never rejects. */
  readonly ended: Promise<void>;
}

interface AttemptInput {
  readonly ctx: ServiceContext;
  readonly job: WorkerJob;
  readonly handlers: Handlers;
  readonly leaseMs: number;
  readonly log: Log;
}

export function startAttempt(input: AttemptInput): Attempt {
  const controller = new AbortController();
  let reason: StopReason | null = null;
  const stop = (next: StopReason): void => {
    reason ??= next;
    controller.abort(new MezzotintError("CANCELLED", `stopped: ${reason}`));
  };
  const endHeartbeats = startHeartbeats(input, stop);
  const ended = run(input, controller.signal, () => reason).finally(endHeartbeats);
  return { attemptId: input.job.attemptId, stop, ended };
}

async function run(input: AttemptInput, signal: AbortSignal, reasonNow: () => StopReason | null): Promise<void> {
  const { ctx, job, handlers, log } = input;
  const { jobId, attemptId, attemptCount } = job;
  log("claimed", { jobId, attemptId, attemptCount, ...job.payload });
  try {
    const claim = { jobId, attemptId };
    const counted = await dispatch(handlers, { ctx, claim, payload: job.payload, signal, stopReason: reasonNow, log });
    log(counted ? "succeeded" : "too-late", { jobId, attemptId });
  } catch (thrown) {
    const error = toMezzotintError(asDatabaseError(thrown));
    const verdict = verdictFor(reasonNow(), error, attemptCount);
    if (verdict === null) return log("too-late", { jobId, attemptId });
    const { code, message } = error;
    await settle(input, verdict, verdict.kind === "failed" || verdict.kind === "retry" ? { code, message } : {});
  }
}

/** Keeps the kind of payload and its handler together. */
function dispatch(
  handlers: Handlers,
  input: Omit<HandlerInput<JobKind>, "payload"> & { payload: JobPayload },
): Promise<boolean> {
  const { payload } = input;
  switch (payload.kind) {
    case "generate":
      return handlers.generate({ ...input, payload });
    case "evaluate":
      return handlers.evaluate({ ...input, payload });
  }
}

function verdictFor(reason: StopReason | null, error: MezzotintError, attemptCount: number): Verdict | null {
  switch (reason) {
    case "cancel":
      return { kind: "cancelled" };
    case "drain":
      return { kind: "released" };
    case "lost":
      return null;
    case null:
      return verdictOn(error, attemptCount);
  }
}

/** What cannot be settled now the sweep settles later: the lease ends without our heartbeats. */
async function settle({ ctx, job, log }: AttemptInput, verdict: Verdict, details: object): Promise<void> {
  const { jobId, attemptId } = job;
  try {
    const counted = await persist(() => settleJob({ ctx, input: { jobId, attemptId, verdict } }));
    log(counted ? verdict.kind : "too-late", { jobId, attemptId, ...details });
  } catch (error) {
    log("not-settled", { jobId, attemptId, ...details, message: toMezzotintError(error).message });
  }
}
