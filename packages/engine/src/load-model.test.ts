import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Graph } from "@mezzotint/onnx/graph";
import { add, mul } from "@mezzotint/onnx/graph/ops/elementwise";
import { writeModel } from "@mezzotint/onnx/write-model";
import { afterAll, expect, test } from "vitest";
import { generateImages } from "./generate-images.ts";
import { loadModel } from "./load-model.ts";
import { externalDataModel } from "./testing/external-data-model.ts";

const source = path.join(import.meta.dirname, "__fixtures__/pipelines/tiny-sd");
const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-load-"));
afterAll(() => rm(scratch, { recursive: true }));

async function withUnet(name: string, unet: Uint8Array): Promise<string> {
  const folder = path.join(scratch, name);
  await cp(source, folder, { recursive: true });
  await writeFile(path.join(folder, "unet/model.onnx"), unet);
  return folder;
}

/** A network that answers its sample times `factor`, with a timestep input of the given type. */
function scalingNetwork(factor: number, timestepType: "float32" | "int64"): Uint8Array {
  const graph = new Graph("unet");
  const sample = graph.input("sample", "float32", ["batch", 4, "height", "width"]);
  graph.input("timestep", timestepType, [1]);
  graph.output(mul(sample, graph.constant([factor], "float32", [1])), "out_sample");
  return writeModel(graph);
}

async function generateWith(folder: string, schedulerId: string, steps: number): Promise<number> {
  const model = await loadModel(folder, { threads: 1 });
  try {
    const { info } = model;
    const scheduler = info.schedulers.find(({ _class_name: id }) => id === schedulerId);
    if (scheduler === undefined) throw new Error(`no ${schedulerId}`);
    const settings = { prompt: "x", negativePrompt: null, steps, guidanceScale: 1, guidanceRescale: 0, eta: 0 };
    const rest = { width: 64, height: 64, seed: "1", generator: "torch-cpu", version: 1 } as const;
    const recipe = { ...settings, ...rest, scheduler, model: { name: info.name, hash: info.hash } };
    return (await generateImages(model, { recipe, count: 1 })).images.length;
  } finally {
    await model.dispose();
  }
}

test("whole timesteps go into an int64 input, fractional ones are refused with the reason", async () => {
  const folder = await withUnet("int64", scalingNetwork(0.1, "int64"));
  expect(await generateWith(folder, "DDIMScheduler", 4)).toBe(1);
  const scheduler = path.join(folder, "scheduler/scheduler_config.json");
  const linspace = { _class_name: "EulerDiscreteScheduler", timestep_spacing: "linspace" };
  await writeFile(scheduler, JSON.stringify(linspace));
  await expect(generateWith(folder, "EulerDiscreteScheduler", 5)).rejects.toMatchObject({
    code: "UNSUPPORTED",
    message: expect.stringContaining("its timestep input is int64, but this schedule visits 749.25"),
  });
});

test("a scale for every channel of the latents is refused, not left out", async () => {
  const folder = await withUnet("statistics", scalingNetwork(0.1, "float32"));
  const statistics = { latents_mean: [0, 1, 0, 0], latents_std: [1, 2, 1, 1] };
  await writeFile(path.join(folder, "vae_decoder/config.json"), JSON.stringify(statistics));
  await expect(loadModel(folder, { threads: 1 })).rejects.toMatchObject({
    code: "UNSUPPORTED",
    message: expect.stringContaining("latents_mean"),
  });
});

test("weights that are not numbers end the run with the count, not with a black picture", async () => {
  const folder = await withUnet("nan", scalingNetwork(Number.NaN, "float32"));
  await expect(generateWith(folder, "DDIMScheduler", 3)).rejects.toMatchObject({
    code: "MODEL_CORRUPT",
    message: "after step 1 of 3, 4096 of 4096 numbers are not finite: the network or the settings overflow",
  });
});

test("an input nothing is known about is named", async () => {
  const graph = new Graph("unet");
  const sample = graph.input("sample", "float32", ["batch", 4, "height", "width"]);
  graph.input("timestep", "float32", [1]);
  const control = graph.input("control", "float32", ["batch", 4, "height", "width"]);
  graph.output(add(sample, control), "out_sample");
  const folder = await withUnet("control", writeModel(graph));
  await expect(generateWith(folder, "DDIMScheduler", 2)).rejects.toThrow(
    "nothing to feed its input control; the pipeline makes encoder_hidden_states",
  );
});

test("weights beside the network are found under any name, but not outside its folder", async () => {
  const beside = await withUnet("beside", externalDataModel("weights.pb"));
  await writeFile(path.join(beside, "unet/weights.pb"), new Uint8Array(Float32Array.of(0.5).buffer));
  const model = await loadModel(beside, { threads: 1 });
  await model.dispose();
  await writeFile(path.join(scratch, "secret"), new Uint8Array(Float32Array.of(0.5).buffer));
  for (const escape of ["../../secret", path.join(scratch, "secret")]) {
    const folder = await withUnet("escape", externalDataModel(escape));
    await expect(loadModel(folder)).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
  }
});
