import { MezzotintError } from "@mezzotint/contracts/errors";

/** What goes wrong in training: a wrong call, numbers that left the finite range, or a file that cannot be used. */
export type TrainingErrorCode = "invalid" | "diverged" | "checkpoint";

/** A MezzotintError of training; none of them is worth an unchanged retry. */
export function trainingError(code: TrainingErrorCode, message: string, cause?: unknown): MezzotintError {
  return new MezzotintError({ code: `training.${code}`, message, retryable: false, cause });
}
