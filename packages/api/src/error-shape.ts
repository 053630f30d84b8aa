import { MezzotintError, type ErrorCode } from "@mezzotint/contracts/errors";
import type { TRPCError } from "@trpc/server";
import { z } from "zod";

/** What a client learns about a failure. */
export interface ErrorReport {
  readonly reason: ErrorCode;
  readonly message: string;
  /** The first complaint about each input field, by its path; empty when the input was fine. */
  readonly fields: Readonly<Record<string, string>>;
}

const HIDDEN = "Something went wrong on our side. It has been written down; try again.";

/** The one place that decides what leaves the house: expected failures as they are, anything else without its text. */
export function reportError(error: TRPCError): ErrorReport {
  const { cause } = error;
  if (cause instanceof z.ZodError) return reportInput(cause);
  if (!(cause instanceof MezzotintError)) return reportFramework(error);
  if (cause.cause instanceof z.ZodError) return reportInput(cause.cause);
  if (cause.code === "INTERNAL") return { reason: "INTERNAL", message: HIDDEN, fields: {} };
  return { reason: cause.code, message: cause.message, fields: {} };
}

function reportInput(error: z.ZodError): ErrorReport {
  const fields: Record<string, string> = {};
  for (const { path, message } of error.issues) fields[path.join(".")] ??= message;
  return { reason: "INVALID_INPUT", message: Object.values(fields).join(" "), fields };
}

function reportFramework(error: TRPCError): ErrorReport {
  switch (error.code) {
    case "UNAUTHORIZED":
      return { reason: "UNAUTHENTICATED", message: error.message, fields: {} };
    case "NOT_FOUND":
      return { reason: "NOT_FOUND", message: error.message, fields: {} };
    case "PARSE_ERROR":
    case "BAD_REQUEST":
    case "METHOD_NOT_SUPPORTED":
    case "UNSUPPORTED_MEDIA_TYPE":
      return { reason: "INVALID_INPUT", message: error.message, fields: {} };
    default:
      return { reason: "INTERNAL", message: HIDDEN, fields: {} };
  }
}
