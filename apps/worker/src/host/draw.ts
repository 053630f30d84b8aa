import { MezzotintError, toPlainError } from "@mezzotint/contracts/errors";
import { recipeId } from "@mezzotint/contracts/recipe";
import { encodeEmbedding } from "@mezzotint/engine/embedding-file";
import { generateImages, type GeneratedImage as DrawnImage, type StepEvent } from "@mezzotint/engine/generate-images";
import { encodePng } from "@mezzotint/image/encode-png";
import { encodeRecipePng } from "@mezzotint/image/encode-recipe-png";
import { formatDevice } from "@mezzotint/onnx/device";
import { readProviderVersion } from "@mezzotint/onnx/provider-version";
import { ONNXRUNTIME_VERSION } from "@mezzotint/onnx/runtime-version";
import { createCheckpoints } from "./checkpoints.ts";
import { decodeStart } from "./decode-start.ts";
import type { ModelPool } from "./model-pool.ts";
import type { Previewer } from "./previewer.ts";
import type { GeneratedImage, GeneratedImages, HostNews, HostSettings, Question, StageImage } from "./protocol.ts";

export interface DrawingContext {
  readonly pool: ModelPool;
  readonly settings: HostSettings;
  readonly signal: AbortSignal;
  /** Asked before each preview is made. */
  readonly wantsPreview: () => boolean;
  readonly tell: (news: HostNews) => void;
}

/** Of one generation; those of others come on top. */
const PICTURES_TOGETHER = 8;

/** Draws the pictures of a recipe and encodes them. Throws CANCELLED within one step of an abort. */
export async function draw(
  { recipe, count, states = [], ...files }: Extract<Question, { type: "generate" }>,
  context: DrawingContext,
): Promise<GeneratedImages> {
  const { pool, settings, signal, tell } = context;
  const checkpoints = createCheckpoints(settings.checkpointAfterMs, (moved) =>
    tell({ type: "checkpoint", states: moved }),
  );
  try {
    const { model, preview, loadMs, release } = await pool.acquire(recipe.model);
    const report = createReporter(context, { count, preview });
    const onStep = async (event: StepEvent) => {
      await checkpoints.note(event, count);
      await report(event);
    };
    const start = await decodeStart(files).catch((error: unknown) => {
      release();
      throw error;
    });
    const together = Math.min(count, PICTURES_TOGETHER);
    const drawn = await generateImages(model, {
      recipe,
      count,
      ...start,
      together,
      states: new Map(states.map(({ image, content }) => [image, content])),
      onStateRefused: (image, error) => tell({ type: "state-refused", image, error: toPlainError(error) }),
      signal,
      onStep,
    }).finally(release);
    const images: GeneratedImage[] = [];
    for (const image of drawn.images) {
      const { width, height, pixels } = image;
      const png = await encodeRecipePng({ width, height, data: pixels }, image.recipe);
      const stages = await encodeStages(image, png);
      const imageEmbedding = image.imageEmbedding && encodeEmbedding(image.imageEmbedding);
      const id = await recipeId(image.recipe);
      images.push({ recipe: image.recipe, recipeId: id, png, width, height, imageEmbedding, stages });
    }
    const { device } = settings;
    const runtime = {
      provider: formatDevice(device),
      providerVersion: await readProviderVersion(device.provider),
      onnxruntime: ONNXRUNTIME_VERSION,
      precision: model.precision,
    };
    return { images, timings: { ...drawn.timings, loadMs }, runtime };
  } catch (error) {
    if (signal.aborted) await checkpoints.tellRest();
    // Whoever tries again shall have the whole device.
    if (error instanceof MezzotintError && error.code === "DEVICE_OUT_OF_MEMORY") await pool.clear();
    throw error;
  }
}

/** Pictures of stages as files; the last one is the picture's own. */
async function encodeStages({ stages = [] }: DrawnImage, png: Uint8Array): Promise<StageImage[]> {
  const encoded: StageImage[] = [];
  for (const [i, { name, seed, width, height, pixels, elapsedMs }] of stages.entries()) {
    const file = i === stages.length - 1 ? png : await encodePng({ width, height, data: pixels });
    encoded.push({ name, seed, png: file, width, height, elapsedMs });
  }
  return encoded;
}

/** Turns the steps of single pictures into steps over all of them, reported at most once per interval, and the last. */
function createReporter(
  { settings, wantsPreview, tell }: DrawingContext,
  { count, preview }: { readonly count: number; readonly preview: Previewer },
): (event: StepEvent) => Promise<void> {
  let reportedMs = Number.NEGATIVE_INFINITY;
  return async ({ steps, stepsBehind, latents, latentShape }) => {
    const done = { step: stepsBehind, steps: count * steps };
    const isLast = done.step === done.steps;
    if (!isLast && performance.now() - reportedMs < settings.progressIntervalMs) return;
    reportedMs = performance.now();
    const wanted = !isLast && wantsPreview();
    const small = wanted ? await preview(latents, latentShape) : null;
    tell({ type: "progress", progress: { ...done, preview: small } });
  };
}
