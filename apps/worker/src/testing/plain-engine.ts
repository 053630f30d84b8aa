import { setTimeout as sleep } from "node:timers/promises";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { recipeId, recipeOfImage, type Recipe } from "@mezzotint/contracts/recipe";
import { encodePng } from "@mezzotint/image/encode-png";
import { MODEL } from "@mezzotint/services/testing/fixture";
import type { WorkerEngine } from "../run-worker.ts";

/**
 * An engine without weights: a picture is one colour, taken from its recipe's hash, and a step takes as long as asked.
 * The prompts "crash", "corrupt" and "crash once" fail in the way they name.
 */
export function createPlainEngine({ stepMs }: { stepMs: number }): WorkerEngine {
  let crashes = 0;
  let warmModelHash: string | null = null;
  return {
    device: "cpu",
    problems: [],
    get warmModelHash() {
      return warmModelHash;
    },
    describeModels: async () => [MODEL],
    close: async () => undefined,
    async generate({ recipe, count, preview, onProgress, signal }) {
      warmModelHash = recipe.model.hash;
      if (recipe.prompt === "corrupt") throw new MezzotintError("MODEL_CORRUPT", "vae: expected ab, got cd");
      if (recipe.prompt === "crash" || (recipe.prompt === "crash once" && crashes++ === 0)) {
        throw new MezzotintError("ENGINE_CRASHED", "the engine ended with signal SIGSEGV");
      }
      const steps = recipe.steps * count;
      for (let step = 1; step <= steps; step++) {
        await sleep(stepMs);
        if (signal.aborted) throw new MezzotintError("CANCELLED", `stopped at step ${step} of ${steps}`);
        onProgress({ step, steps, preview: preview() ? "data:image/png;base64,AA==" : null });
      }
      const images = await Promise.all(Array.from({ length: count }, (_, index) => draw(recipeOfImage(recipe, index))));
      const runtime = { provider: "cpu", providerVersion: "none", onnxruntime: "none", precision: "fp32" };
      return { images, timings: { deviceMs: stepMs * steps }, runtime };
    },
  };
}

/** The prompt "cascade" is drawn in two stages, the first of half the size, and from an embedding. */
async function draw(recipe: Recipe) {
  const picture = await drawPlain(recipe);
  if (recipe.prompt !== "cascade") return picture;
  const small = await drawPlain({ ...recipe, width: recipe.width / 2, height: recipe.height / 2 });
  const stages = [small, picture].map(({ png, width, height }, index) => {
    return { name: `stage_${index + 1}`, seed: recipe.seed, png, width, height, elapsedMs: 1.4 };
  });
  return { ...picture, stages, imageEmbedding: Uint8Array.of(0, 0, 128, 63) };
}

async function drawPlain(recipe: Recipe) {
  const { width, height } = recipe;
  const id = await recipeId(recipe);
  const color = [0, 2, 4].map((place) => Number.parseInt(id.slice(place, place + 2), 16));
  const data = Uint8Array.from({ length: width * height * 3 }, (_, place) => color[place % 3] ?? 0);
  return { recipeId: id, png: await encodePng({ width, height, data }), width, height };
}
