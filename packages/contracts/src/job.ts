import { z } from "zod";

/** What a job carries: ids only. The rows carry the request. */
export const JobPayload = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("generate"), generationId: z.string() }),
  z.object({ kind: z.literal("evaluate"), runId: z.string() }),
]);
export type JobPayload = z.infer<typeof JobPayload>;

/** queued -> running -> done | failed | cancelled; running -> queued after a lost worker or a retryable failure. */
export const JOB_STATES = ["queued", "running", "done", "failed", "cancelled"] as const;
export type JobState = (typeof JOB_STATES)[number];

export const ATTEMPT_OUTCOMES = ["succeeded", "failed", "cancelled", "released", "lost"] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];
