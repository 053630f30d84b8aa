import { appRouter } from "@mezzotint/api/root";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { apiContext } from "#server/api-context.ts";
import { logError } from "#server/log.ts";
import { viewerOf } from "#server/viewer.ts";

export const dynamic = "force-dynamic";

function handle(request: Request): Promise<Response> {
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    createContext: async () => apiContext(await viewerOf(request.headers)),
    onError({ error, path }) {
      if (error.code === "INTERNAL_SERVER_ERROR") logError(`trpc ${path ?? "?"}`, error);
    },
  });
}

export { handle as GET, handle as POST };
