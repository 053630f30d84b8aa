import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { TRPCClientError } from "@trpc/client";
import { reasonOf } from "./error-reason.ts";

const FRESH_MS = 30_000;
const RETRIES_MAX = 2;

/** `onSignedOut` is called when the server no longer knows who asks. */
export function createQueryClient(onSignedOut?: () => void): QueryClient {
  const onError = (error: Error): void => {
    if (reasonOf(error) === "UNAUTHENTICATED") onSignedOut?.();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    // The browser's word for being offline is about the internet; the studio may stand on this very machine. A call that
    // does not arrive fails and says so, instead of waiting unseen.
    defaultOptions: {
      mutations: { networkMode: "always" },
      queries: {
        networkMode: "always",
        refetchOnReconnect: true,
        staleTime: FRESH_MS,
        retry: (failures, error) => failures < RETRIES_MAX && isWorthRetrying(error),
      },
    },
  });
}

function isWorthRetrying(error: Error): boolean {
  // On the server the procedures are called directly: they have failed, not the line to them.
  if (!(error instanceof TRPCClientError)) return false;
  const reason = reasonOf(error);
  return reason === null || reason === "DATABASE_UNAVAILABLE" || reason === "STORAGE_UNAVAILABLE";
}
