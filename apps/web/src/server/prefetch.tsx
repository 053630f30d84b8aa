import "server-only";
import { appRouter, createApiCaller } from "@mezzotint/api/root";
import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { cache, type ReactNode } from "react";
import { createQueryClient } from "#client/query-client.ts";
import { apiContext } from "./api-context.ts";
import { getViewer } from "./viewer.ts";

/** One query client a request. */
export const getQueryClient = cache(() => createQueryClient());

/** Query options whose keys equal the browser's, so that what the server read is there at the first paint. */
export const serverTrpc = createTRPCOptionsProxy({
  ctx: async () => apiContext(await getViewer()),
  router: appRouter,
  queryClient: getQueryClient,
});

/** The procedures as functions, for a page that needs an answer itself. */
export async function apiCaller(): Promise<ReturnType<typeof createApiCaller>> {
  return createApiCaller(apiContext(await getViewer()));
}

export function Hydrate({ children }: { readonly children: ReactNode }) {
  return <HydrationBoundary state={dehydrate(getQueryClient())}>{children}</HydrationBoundary>;
}
