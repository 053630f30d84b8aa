import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Graph } from "@mezzotint/onnx/graph";
import { add, mul } from "@mezzotint/onnx/graph/ops/elementwise";
import { gather } from "@mezzotint/onnx/graph/ops/indexing";
import { writeModel } from "@mezzotint/onnx/write-model";
import { afterAll, expect, test } from "vitest";
import { encodePrompt, type PromptInput } from "./encode-prompt.ts";
import { loadModel } from "./load-model.ts";

const fixture = path.join(import.meta.dirname, "__fixtures__/pipelines/tiny-sd");
const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-prompt-"));
const deep = path.join(scratch, "deep");
await cp(fixture, deep, { recursive: true });
await writeFile(path.join(deep, "text_encoder/model.onnx"), layeredEncoder());
const model = await loadModel(fixture, { threads: 1 });
const layered = await loadModel(deep, { threads: 1 });
afterAll(async () => {
  await model.dispose();
  await layered.dispose();
  await rm(scratch, { recursive: true });
});

/** Layers 0, 1 and 2 whose rows are a token's own times 1, 2 and 4, the last one without a normalisation of its own. */
function layeredEncoder(): Uint8Array {
  const graph = new Graph("text_encoder");
  const ids = graph.input("input_ids", "int64", ["batch", 77]);
  const data = Float32Array.from({ length: 600 * 8 }, (_, i) => Math.sin(i * 12.9898) * 3);
  const rows = gather(graph.initializer("rows", { dtype: "float32", shape: [600, 8], data }), ids);
  const two = graph.initializer("two", { dtype: "float32", shape: [1], data: Float32Array.of(2) });
  const shift = graph.initializer("shift", {
    dtype: "float32",
    shape: [8],
    data: Float32Array.from({ length: 8 }, (_, i) => i),
  });
  const first = add(rows, shift);
  const second = mul(first, two);
  graph.output(first, "hidden_states.0");
  graph.output(second, "hidden_states.1");
  graph.output(mul(second, two), "hidden_states.2");
  return writeModel(graph);
}

function partsOf({ parts }: typeof model) {
  if (parts.family === "latent-diffusion") return parts;
  throw new Error(parts.family);
}

async function hiddenOf(prompt: string, input: Partial<PromptInput> = {}, of = model) {
  const size = { width: 64, height: 64 };
  const encoded = await encodePrompt(partsOf(of), { prompt, negativePrompt: null, guided: true, size, ...input });
  const [conditional, unconditional] = [encoded.conditional, encoded.unconditional].map(
    (condition) => condition?.["encoder_hidden_states"],
  );
  if (conditional === undefined || unconditional === undefined) throw new Error("no hidden states");
  return { conditional, unconditional };
}

const LONG = "a red apple on a blue table ".repeat(12);

test("a long prompt is encoded whole, and the empty one beside it is as long", async () => {
  const { conditional, unconditional } = await hiddenOf(LONG);
  expect(conditional.shape[1]).toBeGreaterThan(77);
  expect((conditional.shape[1] ?? 0) % 77).toBe(0);
  expect(unconditional.shape).toEqual(conditional.shape);
  const cut = await hiddenOf(LONG, { cutsLongPrompts: true });
  expect(cut.conditional.shape).toEqual([1, 77, 8]);
  expect(conditional.data.slice(0, cut.conditional.data.length)).toEqual(cut.conditional.data);
  const other = await hiddenOf(LONG.replace(/table $/, "chair "));
  expect(other.conditional.data).not.toEqual(conditional.data);
});

test("a long negative prompt makes the prompt as long", async () => {
  const { conditional, unconditional } = await hiddenOf("a cat", { negativePrompt: LONG });
  expect(conditional.shape).toEqual(unconditional.shape);
  const { conditional: short } = await hiddenOf("a cat");
  expect(conditional.data.slice(0, short.data.length)).toEqual(short.data);
});

test("weights move tokens along the line from the empty prompt, and only when asked for", async () => {
  const weighted = { promptWeighting: true };
  const plain = await hiddenOf("a red apple", weighted);
  expect(plain.conditional).toEqual((await hiddenOf("a red apple")).conditional);
  const stressed = await hiddenOf("a (red:2) apple", weighted);
  const moved = stressed.conditional.data.map((value, i) => value - (plain.conditional.data[i] ?? 0));
  const away = plain.conditional.data.map((value, i) => value - (plain.unconditional.data[i] ?? 0));
  const tokens = new Set([...moved.keys()].filter((i) => moved[i] !== 0).map((i) => Math.floor(i / 8)));
  expect(tokens.size).toBeGreaterThanOrEqual(1);
  for (const i of moved.keys()) {
    if (tokens.has(Math.floor(i / 8))) expect(moved[i]).toBeCloseTo(away[i] ?? Number.NaN, 4);
  }
  expect((await hiddenOf("a (red:2) apple")).conditional).not.toEqual(stressed.conditional);
  expect((await hiddenOf(String.raw`a \(red\)`, weighted)).conditional).toEqual(
    (await hiddenOf("a (red)")).conditional,
  );
});

test("clip skip reads an earlier layer, or says which outputs are missing", async () => {
  const reference = (await hiddenOf("a cat", {}, layered)).conditional.data;
  const skipped = (await hiddenOf("a cat", { clipSkip: 2 }, layered)).conditional.data;
  expect(reference).toEqual(skipped);
  const one = (await hiddenOf("a cat", { clipSkip: 1 }, layered)).conditional.data;
  expect(one).toEqual(reference.map((value) => 2 * value));
  await expect(hiddenOf("a cat", { clipSkip: 3 }, layered)).rejects.toMatchObject({ code: "UNSUPPORTED" });
  await expect(hiddenOf("a cat", { clipSkip: 1 })).rejects.toThrow(
    "clip skip 1 reads 1 layers before its last one, it gives last_hidden_state, pooler_output",
  );
});
