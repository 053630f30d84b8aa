import type { ErrorCode } from "@mezzotint/contracts/errors";
import { TRPCError, type TRPC_ERROR_CODE_KEY } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";

/** The status of an answer that is no procedure's, such as an upload's. */
export function httpStatusOf(code: ErrorCode): number {
  return getHTTPStatusCodeFromError(new TRPCError({ code: trpcCodeOf(code) }));
}

/** What each reason means over HTTP. The compiler asks for a line when the taxonomy grows. */
export function trpcCodeOf(code: ErrorCode): TRPC_ERROR_CODE_KEY {
  switch (code) {
    case "INVALID_INPUT":
      return "BAD_REQUEST";
    case "UNAUTHENTICATED":
      return "UNAUTHORIZED";
    case "FORBIDDEN":
      return "FORBIDDEN";
    case "NOT_FOUND":
      return "NOT_FOUND";
    case "CONFLICT":
      return "CONFLICT";
    case "LIMIT_EXCEEDED":
      return "TOO_MANY_REQUESTS";
    case "CANCELLED":
      return "CLIENT_CLOSED_REQUEST";
    case "UNSUPPORTED":
      return "UNPROCESSABLE_CONTENT";
    case "MODEL_UNAVAILABLE":
    case "MODEL_CORRUPT":
    case "DEVICE_OUT_OF_MEMORY":
    case "STORAGE_UNAVAILABLE":
    case "DATABASE_UNAVAILABLE":
    case "ENGINE_CRASHED":
      return "SERVICE_UNAVAILABLE";
    case "INTERNAL":
      return "INTERNAL_SERVER_ERROR";
  }
}
