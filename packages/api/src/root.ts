import { adminRouter } from "./admin-router.ts";
import { generationRouter } from "./generation/generation-router.ts";
import { imageRouter } from "./image-router.ts";
import { modelRouter } from "./model-router.ts";
import { sourceRouter } from "./source-router.ts";
import { createCaller, createRouter } from "./trpc.ts";
import { promptSetRouter } from "./prompt-set-router.ts";
import { runRouter } from "./run-router.ts";
import { voteRouter } from "./vote-router.ts";
import { viewerRouter } from "./viewer-router.ts";

export const appRouter = createRouter({
  admin: adminRouter,
  generation: generationRouter,
  image: imageRouter,
  model: modelRouter,
  source: sourceRouter,
  promptSet: promptSetRouter,
  run: runRouter,
  viewer: viewerRouter,
  vote: voteRouter,
});

export type AppRouter = typeof appRouter;

/** The same procedures without HTTP, for tests and server-rendered pages. */
export const createApiCaller = createCaller(appRouter);
