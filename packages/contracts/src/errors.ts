/**
 * The closed set of reasons anything in the house fails.
 * `packages/api` maps them to tRPC codes, `apps/worker` to retry or give up; both switches are exhaustive.
 */
export const ERROR_CODES = [
  "INVALID_INPUT",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "NOT_FOUND",
  "CONFLICT",
  "LIMIT_EXCEEDED",
  "CANCELLED",
  "UNSUPPORTED",
  "MODEL_UNAVAILABLE",
  "MODEL_CORRUPT",
  "DEVICE_OUT_OF_MEMORY",
  "STORAGE_UNAVAILABLE",
  "DATABASE_UNAVAILABLE",
  "ENGINE_CRASHED",
  "INTERNAL",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

const RETRYABLE = {
  INVALID_INPUT: false,
  UNAUTHENTICATED: false,
  FORBIDDEN: false,
  NOT_FOUND: false,
  CONFLICT: false,
  LIMIT_EXCEEDED: false,
  CANCELLED: false,
  UNSUPPORTED: false,
  MODEL_UNAVAILABLE: true,
  MODEL_CORRUPT: false,
  DEVICE_OUT_OF_MEMORY: true,
  STORAGE_UNAVAILABLE: true,
  DATABASE_UNAVAILABLE: true,
  ENGINE_CRASHED: true,
  INTERNAL: false,
} as const satisfies Record<ErrorCode, boolean>;

/** An expected failure: a code, and a message for people that carries the numbers. */
export class MezzotintError extends Error {
  override readonly name = "MezzotintError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** Whether the same work may succeed later, unchanged. */
  get retryable(): boolean {
    return RETRYABLE[this.code];
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return ERROR_CODES.some((code) => code === value);
}

/** An error as it crosses a process boundary or rests in a row. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Anything thrown, as a MezzotintError; unknown errors become INTERNAL and keep their cause. */
export function toMezzotintError(thrown: unknown): MezzotintError {
  if (thrown instanceof MezzotintError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new MezzotintError("INTERNAL", message, { cause: thrown });
}

export function toPlainError(thrown: unknown): PlainError {
  const { code, message } = toMezzotintError(thrown);
  return { code, message };
}
