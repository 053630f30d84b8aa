import { toMezzotintError, type PlainError } from "@mezzotint/contracts/errors";
import { completeGeneration } from "@mezzotint/services/generation/complete";
import { getOrder, type GenerationOrder } from "@mezzotint/services/generation/get-order";
import { readCheckpoint } from "@mezzotint/services/generation/read-checkpoint";
import { reportProgress } from "@mezzotint/services/generation/report-progress";
import { createKeeper } from "../keeper.ts";
import { persist } from "../persist.ts";
import { readStart } from "../read-start.ts";
import { createThrottle, type Throttle } from "../throttle.ts";
import type { Watched } from "../watched.ts";
import type { Engine } from "./engine.ts";
import type { Handler, HandlerInput } from "./handler.ts";

const PROGRESS_INTERVAL_MS = 250;

interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly preview: string | null;
}

/** Draws the pictures of a generation: the room where the tower of tensors meets the tower of rows. */
export function createGenerateHandler(engine: Engine, watched: Watched): Handler<"generate"> {
  return async (input) => {
    const { ctx, claim, payload, signal, log } = input;
    const startedMs = performance.now();
    const order = await getOrder({ ctx, input: { generationId: payload.generationId } });
    const progress = createProgress(input, order);
    const keeper = createKeeper(input);
    const { recipe, count } = order;
    const start = await readStart(ctx.storage, recipe);
    const states = await readCheckpoint({ ctx, input: claim });
    if (states.length > 0) log("resumed", { ...claim, images: states.map(({ image }) => image) });
    const onStateRefused = (image: number, error: PlainError) => log("state-refused", { ...claim, image, ...error });
    const preview = () => watched.has(order.generationId);
    const told = { onProgress: progress.push, onCheckpoint: keeper.push, onStateRefused };
    const result = await engine
      .generate({ recipe, count, ...start, states, preview, ...told, signal })
      .finally(() => Promise.all([progress.close(), keeper.close()]));
    const images = await Promise.all(
      result.images.map(async ({ png, recipeId, width, height, imageEmbedding, stages = [] }) => {
        const storageKey = await ctx.storage.put(png);
        const embeddingKey = imageEmbedding === undefined ? null : await ctx.storage.put(imageEmbedding);
        const kept = await Promise.all(
          stages.map(async ({ png: bytes, ...stage }) => {
            return { ...stage, storageKey: await ctx.storage.put(bytes), sizeBytes: bytes.length };
          }),
        );
        return { recipeId, storageKey, embeddingKey, width, height, sizeBytes: png.length, stages: kept };
      }),
    );
    const { onnxruntime, ...computed } = result.runtime;
    const completion = {
      ...claim,
      generationId: order.generationId,
      images,
      ...computed,
      runtime: `onnxruntime ${onnxruntime}`,
      elapsedMs: performance.now() - startedMs,
      deviceSeconds: result.timings.deviceMs / 1_000,
    };
    return persist(() => completeGeneration({ ctx, input: completion }), signal);
  };
}

/** Progress that cannot be told is not worth failing a picture for; it goes to the log. */
function createProgress({ ctx, claim, log }: HandlerInput<"generate">, order: GenerationOrder): Throttle<Progress> {
  const { generationId, teamId } = order;
  return createThrottle({
    intervalMs: PROGRESS_INTERVAL_MS,
    async send(progress) {
      try {
        await reportProgress({ ctx, input: { ...claim, generationId, teamId, ...progress } });
      } catch (error) {
        log("progress-not-reported", { message: toMezzotintError(error).message });
      }
    },
  });
}
