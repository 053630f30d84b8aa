"use client";

import type { AppRouter } from "@mezzotint/api/root";
import { QueryClientProvider, type QueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { useState, type ReactNode } from "react";
import superjson from "superjson";
import { createQueryClient } from "./query-client.ts";
import { signInAddress } from "./sign-in-address.ts";

const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>();
export { useTRPC };

let browserClient: QueryClient | undefined;

function queryClientHere(): QueryClient {
  if (typeof window === "undefined") return createQueryClient();
  browserClient ??= createQueryClient(leaveForSignIn);
  return browserClient;
}

/** The sign-in has ended: say so where one can sign in again, and come back here. */
export function leaveForSignIn(): void {
  const { pathname, search } = window.location;
  if (pathname.startsWith("/sign-")) return;
  window.location.assign(signInAddress({ next: `${pathname}${search}`, expired: true }));
}

export function ApiProvider({ children }: { readonly children: ReactNode }) {
  const queryClient = queryClientHere();
  const [trpcClient] = useState(() => createClient());
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}

function createClient() {
  const url = "/api/trpc";
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === "subscription",
        true: httpSubscriptionLink({ url, transformer: superjson }),
        false: httpBatchLink({ url, transformer: superjson }),
      }),
    ],
  });
}
