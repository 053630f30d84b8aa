import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import { Graph, type Value } from "@mezzotint/onnx/graph";
import { add, mul } from "@mezzotint/onnx/graph/ops/elementwise";
import { gather } from "@mezzotint/onnx/graph/ops/indexing";
import { linear } from "@mezzotint/onnx/graph/ops/matmul";
import { reduceMean } from "@mezzotint/onnx/graph/ops/reduce";
import { unsqueeze } from "@mezzotint/onnx/graph/ops/shape";
import { writeModel } from "@mezzotint/onnx/write-model";
import { afterAll, expect, test } from "vitest";
import { generateImages } from "../generate-images.ts";
import { loadModel } from "../load-model.ts";
import { tinyDecoder } from "../testing/tiny-graphs.ts";
import { tinyTokenizer } from "../testing/tiny-tokenizer.ts";

const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-flow-"));
afterAll(() => rm(scratch, { recursive: true }));

/** Latents of the decoder in `tiny-graphs`: 4 channels of 8 x 8 for 64 x 64 pixels. */
const [CHANNELS, SIDE, WIDTH] = [4, 8, 8];

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

function constant(graph: Graph, name: string, { shape, data }: Numbers): Value {
  return graph.initializer(name, { dtype: "float32", shape, data: Float32Array.from(data) });
}

/** Every token's row is its id in all places, and the pooled output the mean over tokens. */
function encoder(pooled: string | null, hidden: readonly string[]): Uint8Array {
  const graph = new Graph("text_encoder");
  const ids = graph.input("input_ids", "int64", ["batch", "tokens"]);
  const rows = constant(graph, "rows", {
    shape: [259, WIDTH],
    data: Array.from({ length: 259 * WIDTH }, (_, i) => Math.floor(i / WIDTH)),
  });
  const states = gather(rows, ids);
  const one = constant(graph, "one", { shape: [1], data: [1] });
  for (const [i, name] of hidden.entries())
    graph.output(mul(states, constant(graph, `layer${i}`, { shape: [1], data: [i + 1] })), name);
  if (pooled !== null) graph.output(mul(reduceMean(states, { axes: [1] }), one), pooled);
  return writeModel(graph);
}

/** A velocity that does not look at the latents: 2 row + 3 column + 5 time + 7 guidance, in all of a token's places. */
function fluxTransformer(): Uint8Array {
  const graph = new Graph("transformer");
  const latents = graph.input("hidden_states", "float32", ["batch", "image", 4 * CHANNELS]);
  graph.input("encoder_hidden_states", "float32", ["batch", "text", WIDTH]);
  graph.input("pooled_projections", "float32", ["batch", WIDTH]);
  const timestep = graph.input("timestep", "float32", ["batch"]);
  const places = graph.input("img_ids", "float32", ["image", 3]);
  graph.input("txt_ids", "float32", ["text", 3]);
  const guidance = graph.input("guidance", "float32", ["batch"]);
  const weights = Array.from({ length: 3 * 4 * CHANNELS }, (_, i) => [11, 2, 3][Math.floor(i / (4 * CHANNELS))] ?? 0);
  const placed = linear(places, constant(graph, "places", { shape: [3, 4 * CHANNELS], data: weights }));
  const timed = mul(unsqueeze(timestep, [1, 2]), constant(graph, "time", { shape: [1], data: [5] }));
  const guided = mul(unsqueeze(guidance, [1, 2]), constant(graph, "strength", { shape: [1], data: [7] }));
  const nothing = mul(latents, constant(graph, "zero", { shape: [1], data: [0] }));
  graph.output(add(add(add(nothing, placed), timed), guided), "out_hidden_states");
  return writeModel(graph);
}

/** A velocity of the mean of the words plus that of the pooled ones plus a thousandth of the time. */
function stableTransformer(): Uint8Array {
  const graph = new Graph("transformer");
  const latents = graph.input("hidden_states", "float32", ["batch", CHANNELS, "height", "width"]);
  const words = graph.input("encoder_hidden_states", "float32", ["batch", "text", 3 * WIDTH]);
  const pooled = graph.input("pooled_projections", "float32", ["batch", 2 * WIDTH]);
  const timestep = graph.input("timestep", "float32", ["batch"]);
  const mean = reduceMean(reduceMean(words, { axes: [1] }), { axes: [1] });
  const all = add(
    add(mean, reduceMean(pooled, { axes: [1] })),
    mul(timestep, constant(graph, "time", { shape: [1], data: [0.001] })),
  );
  const nothing = mul(latents, constant(graph, "zero", { shape: [1], data: [0] }));
  graph.output(add(nothing, unsqueeze(all, [1, 2, 3])), "out_hidden_states");
  return writeModel(graph);
}

async function writeFolder(name: string, files: Readonly<Record<string, object | Uint8Array>>): Promise<string> {
  const { tokenizer, config } = tinyTokenizer(6);
  const tokenizers = Object.keys(files).flatMap((file) => {
    const part = /^text_encoder(.*)\/model\.onnx$/.exec(file)?.[1];
    if (part === undefined) return [];
    return [
      [`tokenizer${part}/tokenizer.json`, tokenizer],
      [`tokenizer${part}/tokenizer_config.json`, config],
    ] as const;
  });
  const common = {
    "vae_decoder/model.onnx": tinyDecoder(),
    "vae_decoder/config.json": { latent_channels: CHANNELS, scaling_factor: 1, shift_factor: 0 },
  };
  for (const [file, content] of [...Object.entries({ ...common, ...files }), ...tokenizers]) {
    const target = path.join(scratch, name, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content instanceof Uint8Array ? content : JSON.stringify(content));
  }
  return path.join(scratch, name);
}

async function drawLatents(folder: string, changes: Partial<Recipe> = {}) {
  const model = await loadModel(folder, { threads: 1 });
  try {
    const { info } = model;
    const [scheduler] = info.schedulers;
    if (scheduler === undefined) throw new Error("no scheduler");
    const words = { prompt: "abc", negativePrompt: null, guidanceScale: 1, guidanceRescale: 0, eta: 0, scheduler };
    const size = { width: 64, height: 64, seed: "7", generator: "torch-cpu", steps: 4, version: 1 } as const;
    const recipe: Recipe = { ...size, ...words, model: { name: info.name, hash: info.hash }, ...changes };
    const seen: Float32Array[] = [];
    await generateImages(model, { recipe, count: 1, onStep: ({ latents }) => void seen.push(latents.slice()) });
    return { info, latents: seen.at(-1) ?? new Float32Array() };
  } finally {
    await model.dispose();
  }
}

const SHIFT = { base_shift: 0.5, max_shift: 1.15, base_image_seq_len: 256, max_image_seq_len: 4_096 };

test("FLUX sees latents in twos, every token's place, shares of the time and the guidance, on shifted even sigmas", async () => {
  const folder = await writeFolder("flux", {
    "model_index.json": { _class_name: "FluxPipeline" },
    "scheduler/scheduler_config.json": {
      _class_name: "FlowMatchEulerDiscreteScheduler",
      use_dynamic_shifting: true,
      ...SHIFT,
    },
    "text_encoder/model.onnx": encoder("pooler_output", ["last_hidden_state"]),
    "text_encoder_2/model.onnx": encoder(null, ["last_hidden_state"]),
    "unet/model.onnx": fluxTransformer(),
  });
  const { info, latents } = await drawLatents(folder, { guidanceScale: 3.5 });
  expect(info).toMatchObject({ sizeMultiple: 16, family: "latent-diffusion" });
  const mu = 0.5 + ((1.15 - 0.5) / (4_096 - 256)) * (16 - 256);
  const sigmas = [...[1, 0.75, 0.5, 0.25].map((sigma) => Math.exp(mu) / (Math.exp(mu) + 1 / sigma - 1)), 0];
  const noise = createTorchNormal(7n).normal([1, CHANNELS, SIDE, SIDE]);
  const expected = noise.map((value, i) => {
    const [row, column] = [Math.floor((i % 64) / 8 / 2), Math.floor((i % 8) / 2)];
    return sigmas.slice(0, -1).reduce((x, sigma, step) => {
      const velocity = 2 * row + 3 * column + 5 * sigma + 7 * 3.5;
      return x + ((sigmas[step + 1] ?? 0) - sigma) * velocity;
    }, value);
  });
  expect(Math.max(...latents.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN))))).toBeLessThan(1e-4);
  await expect(drawLatents(folder, { negativePrompt: "blur" })).rejects.toThrow("it takes no negative prompt");
  await expect(drawLatents(folder, { clipSkip: 1 })).rejects.toThrow("clipSkip");
});

test("Stable Diffusion 3 reads both CLIPs side by side, T5 behind them or zeros, and whole timesteps", async () => {
  const clip = encoder("text_embeds", ["hidden_states.0", "hidden_states.1", "hidden_states.2"]);
  const files = {
    "model_index.json": { _class_name: "StableDiffusion3Pipeline" },
    "scheduler/scheduler_config.json": { _class_name: "FlowMatchEulerDiscreteScheduler", shift: 3 },
    "text_encoder/model.onnx": clip,
    "text_encoder_2/model.onnx": clip,
    "transformer/model.onnx": stableTransformer(),
    "transformer/config.json": { patch_size: 2, in_channels: CHANNELS },
  };
  const words = async (text: Record<string, object | Uint8Array>, name: string) => {
    const { info, latents } = await drawLatents(await writeFolder(name, { ...files, ...text }));
    expect(info.sizeMultiple).toBe(16);
    const noise = createTorchNormal(7n).normal([1, CHANNELS, SIDE, SIDE]);
    // Sigma runs from 1 to 0, so the constant part of the velocity is what noise lost.
    return Array.from(noise, (value, i) => value - (latents[i] ?? Number.NaN));
  };
  const without = await words({}, "sd3");
  const withT5 = await words({ "text_encoder_3/model.onnx": encoder(null, ["last_hidden_state"]) }, "sd3-t5");
  expect(Math.max(...without) - Math.min(...without)).toBeLessThan(1e-4);
  // "abc": begin, a, b, c, end, padding; bytes stand behind three marks, in the order of byte-level alphabets.
  const tokens = 6 + 256;
  const t5 = (withT5[0] ?? 0) - (without[0] ?? 0);
  const { tokenizer } = tinyTokenizer(6);
  const { vocab } = (tokenizer as { readonly model: { readonly vocab: Record<string, number> } }).model;
  const sum = 1 + 2 + ["Ġ", "a", "b", "c"].reduce((total, letter) => total + (vocab[letter] ?? 0), 0);
  expect(t5).toBeCloseTo((sum * WIDTH) / (tokens * 3 * WIDTH), 2);
});
