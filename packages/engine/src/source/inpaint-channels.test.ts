import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import { Graph } from "@mezzotint/onnx/graph";
import { conv2d } from "@mezzotint/onnx/graph/ops/convolution";
import { writeModel } from "@mezzotint/onnx/write-model";
import { afterAll, expect, test } from "vitest";
import { latentCourse, prepareLatents, type LatentSettings } from "../families/latent-diffusion.ts";
import { loadModel } from "../load-model.ts";
import { drawPictures } from "../step-machine/draw-pictures.ts";

const fixture = path.join(import.meta.dirname, "../__fixtures__/pipelines/tiny-sd");
const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-inpaint-"));
const folder = path.join(scratch, "nine");
await cp(fixture, folder, { recursive: true });
await writeFile(path.join(folder, "unet/model.onnx"), passingNetwork());
const model = await loadModel(folder, { threads: 1 });
afterAll(async () => {
  await model.dispose();
  await rm(scratch, { recursive: true });
});

/** A network of nine channels that answers with the last four: the latents of the blanked source. */
function passingNetwork(): Uint8Array {
  const graph = new Graph("unet");
  const sample = graph.input("sample", "float32", ["batch", 9, "height", "width"]);
  graph.input("timestep", "float32", [1]);
  const data = Float32Array.from({ length: 4 * 9 }, (_, i) => (i % 9 === 5 + Math.floor(i / 9) ? 1 : 0));
  const kernel = graph.initializer("kernel", { dtype: "float32", shape: [4, 9, 1, 1], data });
  graph.output(conv2d(sample, kernel), "out_sample");
  return writeModel(graph);
}

const scheduler = { _class_name: "DDIMScheduler", prediction_type: "sample", clip_sample: false };
const settings: Omit<LatentSettings, "source"> = {
  prompt: "a cat",
  negativePrompt: null,
  scheduler,
  steps: 4,
  guidanceScale: 1,
  guidanceRescale: 0,
  eta: 0,
  width: 64,
  height: 64,
};
const image = { width: 64, height: 64, pixels: new Uint8Array(64 * 64 * 3).fill(200) };
const mask = { width: 64, height: 64, pixels: new Uint8Array(64 * 64).fill(255) };

function latentParts() {
  if (model.parts.family === "latent-diffusion") return model.parts;
  throw new Error(model.parts.family);
}

test("a network with nine channels sees mask and blanked source, drawn after the noise", async () => {
  const parts = latentParts();
  const prepared = await prepareLatents(parts, { ...settings, source: { image, mask, strength: 1 } });
  const order = { course: latentCourse(parts, prepared), from: createTorchNormal(9n) };
  const latents = (await drawPictures([order]))[0]?.[0]?.data ?? new Float32Array(1);
  const generator = createTorchNormal(9n);
  generator.normal([1, 4, 32, 32]);
  const encoder = await parts.encoder?.();
  const blank = { shape: [1, 3, 64, 64], data: new Float32Array(3 * 64 * 64) };
  const blanked = await encoder?.encode(blank, generator);
  const differences = latents.map((value, i) => Math.abs(value - (blanked?.data[i] ?? Number.NaN)));
  expect(Math.max(...differences)).toBeLessThan(1e-3);
});

test("such a network draws nothing without a mask, and says why", async () => {
  await expect(prepareLatents(latentParts(), { ...settings, source: null })).rejects.toThrow(
    "sample expected [batch,9,height,width], got [1,4,32,32]",
  );
});
