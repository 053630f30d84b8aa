import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Database } from "@mezzotint/db/client";
import { asDatabaseError } from "@mezzotint/db/errors";
import type { Listener } from "@mezzotint/db/listen";
import type { Viewer } from "@mezzotint/services/account/get-viewer";
import type { Actor, ServiceContext } from "@mezzotint/services/context";
import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { trpcCodeOf } from "./error-code.ts";
import { reportError } from "./error-shape.ts";

/** What a request brings along. `viewer` is null for people who are not signed in. */
export interface ApiContext {
  readonly db: Database;
  readonly storage: ServiceContext["storage"];
  readonly listener: Listener;
  readonly viewer: Viewer | null;
  readonly now: () => Date;
}

const PING_MS = 5_000;
const SILENCE_MAX_MS = 15_000;

const t = initTRPC.context<ApiContext>().create({
  transformer: superjson,
  sse: {
    ping: { enabled: true, intervalMs: PING_MS },
    client: { reconnectAfterInactivityMs: SILENCE_MAX_MS },
  },
  errorFormatter({ shape, error }) {
    const { reason, message, fields } = reportError(error);
    const { code, httpStatus, path } = shape.data;
    return { ...shape, message, data: { code, httpStatus, path, reason, fields } };
  },
});

export const createRouter = t.router;
export const createCaller = t.createCallerFactory;

/** Anybody. Expected failures leave with the HTTP meaning of their code. */
export const publicProcedure = t.procedure.use(async ({ ctx, next }) => {
  const result = await next({ ctx: { services: serviceContext(ctx) } });
  if (result.ok) return result;
  // Reads outside of a transaction throw the driver's own errors.
  const cause = asDatabaseError(result.error.cause);
  if (!(cause instanceof MezzotintError)) return result;
  throw new TRPCError({ code: trpcCodeOf(cause.code), message: cause.message, cause });
});

/** Signed-in people only. */
export const viewerProcedure = publicProcedure.use(({ ctx, next }) => {
  const { viewer } = ctx;
  if (viewer === null) throw new MezzotintError("UNAUTHENTICATED", "Your sign-in has ended. Sign in again.");
  return next({ ctx: { viewer } });
});

/** The context of the verbs in the name of whoever asks. */
export function serviceContext({ db, storage, viewer, now }: ApiContext): ServiceContext {
  return { db, storage, now, actor: actorOf(viewer) };
}

function actorOf(viewer: Viewer | null): Actor {
  if (viewer === null) return { kind: "anonymous" };
  return { kind: "user", userId: viewer.userId, teamId: viewer.teamId };
}
