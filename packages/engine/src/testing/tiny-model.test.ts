import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { openSession, type Feeds, type TensorData } from "@mezzotint/onnx/session";
import { afterAll, expect, test } from "vitest";
import { writeTinyModel } from "./tiny-model.ts";

const folder = await mkdtemp(path.join(tmpdir(), "mezzotint-tiny-"));
afterAll(() => rm(folder, { recursive: true }));

async function run(part: string, feeds: Feeds): Promise<TensorData | undefined> {
  const session = await openSession(path.join(folder, part, "model.onnx"));
  const [output] = Object.values(await session.run(feeds));
  await session.release();
  return output;
}

function filled(shape: readonly number[], value: number): TensorData {
  return { dtype: "float32", shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value) };
}

test("the tiny model has the shapes of a pack, and words, time and latents move its velocity", async () => {
  await writeTinyModel(folder);
  const [tokenizer, config] = await Promise.all(
    ["tokenizer", "tokenizer_config"].map(async (name) =>
      JSON.parse(await readFile(path.join(folder, "tokenizer", `${name}.json`), "utf8")),
    ),
  );
  const { ids } = new Tokenizer(tokenizer, config).encode("Red é");
  expect(ids).toEqual([1, 35, 117, 104, 103, 35, 198, 172, 2]);

  const padded = BigInt64Array.from({ length: 16 }, (_, index) => BigInt(ids[index] ?? 0));
  const text = await run("text_encoder", { input_ids: { dtype: "int64", shape: [1, 16], data: padded } });
  expect(text?.shape).toEqual([1, 16, 8]);

  const base = { hidden_states: filled([1, 4, 8, 8], 0.5), timestep: filled([1], 500), encoder_hidden_states: text };
  const changes = [{}, { hidden_states: filled([1, 4, 8, 8], 0.6) }, { timestep: filled([1], 900) }];
  const velocities = new Set<string>();
  for (const change of [...changes, { encoder_hidden_states: filled([1, 16, 8], 0) }]) {
    const velocity = await run("transformer", { ...base, ...change } as Feeds);
    expect(velocity?.shape).toEqual([1, 4, 8, 8]);
    velocities.add(String(velocity?.data));
  }
  expect(velocities.size).toBe(4);

  const picture = await run("vae_decoder", { latent_sample: filled([1, 4, 8, 8], 1) });
  expect(picture?.shape).toEqual([1, 3, 64, 64]);
  expect((await run("vae_encoder", { sample: filled([1, 3, 64, 64], 0) }))?.shape).toEqual([1, 8, 8, 8]);
});
