import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { recipeId, type Recipe } from "@mezzotint/contracts/recipe";
import { describeModel } from "@mezzotint/engine/describe-model";
import { generateImages, type GenerationTimings } from "@mezzotint/engine/generate-images";
import { loadModel } from "@mezzotint/engine/load-model";
import { encodeRecipePng } from "@mezzotint/image/encode-recipe-png";
import { PROVIDERS, type Provider } from "@mezzotint/onnx/device";
import { findModelFolder } from "../models/model-folders.ts";
import { parseRequest, parseThreads, type GenerateFlags } from "./parse-request.ts";
import { pictureFiles, prepareFolderOf } from "./picture-files.ts";
import { readSource, type ReadSource } from "./read-source.ts";

interface Order extends Pick<ReadSource, "source" | "mask"> {
  readonly folder: string;
  readonly recipe: Recipe;
  readonly files: readonly string[];
  readonly threads: number;
  readonly provider: Provider;
}

interface WrittenFile {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly seed: string;
  readonly recipeId: string;
}

interface Result {
  readonly files: readonly WrittenFile[];
  readonly timings: GenerationTimings & { readonly loadMs: number; readonly writeMs: number };
}

/** Parses everything, then draws, writes and reports. */
export async function runGenerate(prompt: string, flags: GenerateFlags): Promise<void> {
  const provider = parseProvider(flags.provider);
  const threads = flags.threads === undefined ? availableParallelism() : parseThreads(flags.threads);
  const folder = await findModelFolder(flags.model);
  const request = parseRequest(prompt, flags, await describeModel(folder));
  const { recipe: start, ...pictures } = await readSource(flags);
  const { count } = request;
  const recipe = { ...request.recipe, ...start };
  const files = pictureFiles(flags.out, count);
  // Before the work, so that a folder that cannot be written to costs none.
  await prepareFolderOf(flags.out);
  const result = await draw({ folder, recipe, files, threads, provider, ...pictures });
  if (flags.json === true) {
    const { model, seed } = recipe;
    const report = { model, recipeId: await recipeId(recipe), recipe, seed, ...result };
    console.log(JSON.stringify(report, null, 2));
    return;
  }
  for (const file of result.files) console.log(`${file.path}  seed ${file.seed}  recipe ${file.recipeId}`);
}

async function draw({ folder, recipe, files, threads, provider, source, mask }: Order): Promise<Result> {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once("SIGINT", stop);
  const model = await loadModel(folder, { provider, threads });
  try {
    const { images, timings } = await generateImages(model, {
      recipe,
      count: files.length,
      source,
      mask,
      signal: interrupt.signal,
      onStep: ({ image, step, steps }) => showProgress(image * steps + step, files.length * steps),
    });
    const drawnMs = performance.now();
    const written: WrittenFile[] = [];
    for (const [index, file] of files.entries()) {
      const image = images[index];
      if (image === undefined) throw new MezzotintError("INTERNAL", `${files.length} pictures wanted, ${index} drawn`);
      const { width, height, pixels } = image;
      written.push(
        await write(file, await encodeRecipePng({ width, height, data: pixels }, image.recipe), image.recipe),
      );
    }
    return { files: written, timings: { ...timings, loadMs: model.loadMs, writeMs: performance.now() - drawnMs } };
  } finally {
    process.removeListener("SIGINT", stop);
    await model.dispose();
  }
}

async function write(file: string, png: Uint8Array, recipe: Recipe): Promise<WrittenFile> {
  await writeFile(file, png).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MezzotintError("STORAGE_UNAVAILABLE", `${file} cannot be written: ${reason}`, { cause });
  });
  const sha256 = createHash("sha256").update(png).digest("hex");
  return { path: file, sha256, sizeBytes: png.length, seed: recipe.seed, recipeId: await recipeId(recipe) };
}

/** One line that rewrites itself, where somebody looks. */
function showProgress(step: number, steps: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(step === steps ? "\r\u001b[K" : `\rstep ${step} of ${steps}`);
}

function parseProvider(name: string): Provider {
  const provider = PROVIDERS.find((known) => known === name);
  if (provider !== undefined) return provider;
  throw new MezzotintError("INVALID_INPUT", `--provider: expected one of ${PROVIDERS.join(", ")}, got ${name}`);
}
