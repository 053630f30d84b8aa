import type { AppRouter } from "@mezzotint/api/root";
import type { ErrorCode } from "@mezzotint/contracts/errors";
import { TRPCClientError } from "@trpc/client";

/** The house's code for a failed call; null when the call never arrived. */
export function reasonOf(error: unknown): ErrorCode | null {
  return isApiError(error) ? (error.data?.reason ?? null) : null;
}

/** A sentence for people, whatever went wrong. */
export function messageOf(error: unknown): string {
  if (isApiError(error) && error.data !== undefined && error.data !== null) return error.message;
  return "The server could not be reached. Check the connection and try again.";
}

function isApiError(error: unknown): error is TRPCClientError<AppRouter> {
  return error instanceof TRPCClientError;
}
