import type { ErrorCode, MezzotintError } from "@mezzotint/contracts/errors";
import type { Verdict } from "@mezzotint/services/job/settle";

const TRIES_MAX = 4;
const DELAY_FIRST_MS = 1_000;
const DELAY_MAX_MS = 60_000;

/** What becomes of a job whose try number `attemptCount` ended with this error. */
export function verdictOn(error: MezzotintError, attemptCount: number): Verdict {
  const { code, message } = error;
  switch (resolutionOf(code)) {
    case "cancelled":
      return { kind: "cancelled" };
    case "failed":
      return { kind: "failed", error: { code, message: cut(message) } };
    case "retry":
      if (attemptCount < TRIES_MAX)
        return { kind: "retry", error: { code, message: cut(message) }, delayMs: delayAfter(attemptCount) };
      return { kind: "failed", error: { code, message: cut(`${message} (tried ${attemptCount} times)`) } };
  }
}

/** One answer per code; a new code does not compile until it has one. */
function resolutionOf(code: ErrorCode): "retry" | "failed" | "cancelled" {
  switch (code) {
    case "CANCELLED":
      return "cancelled";
    case "MODEL_UNAVAILABLE":
    case "DEVICE_OUT_OF_MEMORY":
    case "STORAGE_UNAVAILABLE":
    case "DATABASE_UNAVAILABLE":
    case "ENGINE_CRASHED":
      return "retry";
    case "INVALID_INPUT":
    case "UNAUTHENTICATED":
    case "FORBIDDEN":
    case "NOT_FOUND":
    case "CONFLICT":
    case "LIMIT_EXCEEDED":
    case "UNSUPPORTED":
    case "MODEL_CORRUPT":
    case "INTERNAL":
      return "failed";
  }
}

function delayAfter(attemptCount: number): number {
  return Math.min(DELAY_FIRST_MS * 2 ** (attemptCount - 1), DELAY_MAX_MS);
}

const MESSAGE_LENGTH_MAX = 2_000;
/** A surrogate without its other half, as a cut in the middle of a pair leaves it. */
const HALF_CHARACTER = /\p{Surrogate}/gu;

/** What a row can hold: no NUL, no half of a character. The last words of a crashed engine may have either. */
function cut(message: string): string {
  return message.replaceAll("\0", "").slice(0, MESSAGE_LENGTH_MAX).replaceAll(HALF_CHARACTER, "\ufffd");
}
