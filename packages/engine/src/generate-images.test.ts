import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { afterAll, describe, expect, test } from "vitest";
import { describeModel } from "./describe-model.ts";
import { findModels } from "./find-models.ts";
import { generateImages } from "./generate-images.ts";
import { loadModel } from "./load-model.ts";
import { writeTinyModel } from "./testing/tiny-model.ts";

const stableDiffusion = path.join(import.meta.dirname, "__fixtures__/pipelines/tiny-sd");
const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-engine-"));
await writeTinyModel(path.join(scratch, "tiny"));
const flow = await loadModel(path.join(scratch, "tiny"), { threads: 1 });
const diffusion = await loadModel(stableDiffusion, { threads: 1 });
afterAll(async () => {
  await flow.dispose();
  await diffusion.dispose();
  await rm(scratch, { recursive: true });
});

function recipeFor({ info }: typeof flow, changes: Partial<Recipe> = {}): Recipe {
  const [scheduler] = info.schedulers;
  if (scheduler === undefined) throw new Error("no scheduler");
  return {
    version: 1,
    model: { name: info.name, hash: info.hash },
    prompt: "a red apple",
    negativePrompt: null,
    scheduler,
    steps: 6,
    guidanceScale: 4,
    guidanceRescale: 0,
    eta: 0,
    width: 64,
    height: 64,
    seed: "7",
    generator: "torch-cpu",
    ...changes,
  };
}

describe.each([
  ["flow matching", flow],
  ["stable diffusion", diffusion],
])("%s", (_, model) => {
  test("a picture does not depend on how many are made with it, bit for bit", async () => {
    const [alone] = (await generateImages(model, { recipe: recipeFor(model), count: 1 })).images;
    const together = (await generateImages(model, { recipe: recipeFor(model), count: 3 })).images;
    expect(together.map(({ recipe }) => recipe.seed)).toEqual(["7", "8", "9"]);
    expect(together[0]).toEqual(alone);
    expect(together[1]?.pixels).not.toEqual(alone?.pixels);
    const [third] = (await generateImages(model, { recipe: recipeFor(model, { seed: "9" }), count: 1 })).images;
    expect(together[2]).toEqual(third);
  });

  test("pictures go on from where an earlier run left them to the same pictures; states of no use begin anew", async () => {
    const recipe = recipeFor(model);
    const states = new Map<number, Uint8Array>();
    const undisturbed = await generateImages(model, {
      recipe,
      count: 3,
      onStep: async ({ image, step, encodeState }) => {
        // The first is finished, the second in the middle, the third has not begun.
        if (image === 0 || (image === 1 && step <= 2)) states.set(image, await encodeState());
      },
    });
    const resume = async (kept: ReadonlyMap<number, Uint8Array>) => {
      const [behind, refused]: [number[], string[]] = [[], []];
      const { images } = await generateImages(model, {
        recipe,
        count: 3,
        states: kept,
        onStateRefused: (image, { code, message }) => void refused.push(`${image} ${code} ${message}`),
        onStep: ({ stepsBehind }) => void behind.push(stepsBehind),
      });
      expect(images).toEqual(undisturbed.images);
      return { behind, refused };
    };
    const calls = undisturbed.timings.stepMs.length;
    const rest = await resume(states);
    expect(rest).toEqual({
      behind: Array.from({ length: calls * (2 / 3) - 2 }, (_, i) => calls / 3 + 3 + i),
      refused: [],
    });
    const another = new Map([[0, states.get(1) ?? new Uint8Array()]]);
    const { behind, refused } = await resume(another);
    expect(behind).toHaveLength(calls);
    expect(refused).toEqual([expect.stringMatching(/^0 INVALID_INPUT state: expected the one of /)]);
  });

  test("prompt, negative prompt, guidance, seed and steps each decide pixels", async () => {
    const pictureOf = async (changes: Partial<Recipe>) =>
      String((await generateImages(model, { recipe: recipeFor(model, changes), count: 1 })).images[0]?.pixels);
    const pictures = [
      await pictureOf({}),
      await pictureOf({ prompt: "blue whale" }),
      await pictureOf({ negativePrompt: "blurry" }),
      await pictureOf({ guidanceScale: 1 }),
      await pictureOf({ seed: "8" }),
      await pictureOf({ steps: 7 }),
    ];
    expect(new Set(pictures).size).toBe(6);
  });

  test("steps are reported in order and the signal stops within one of them", async () => {
    const seen: string[] = [];
    const abort = new AbortController();
    const run = generateImages(model, {
      recipe: recipeFor(model),
      count: 2,
      signal: abort.signal,
      onStep: ({ image, step, steps, latents, latentShape }) => {
        expect(latents).toHaveLength(latentShape.reduce((product, size) => product * size, 1));
        seen.push(`${image}:${step}/${steps}`);
        if (image === 1 && step === 2) abort.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: "CANCELLED" });
    expect(seen).toEqual(["0:1/6", "0:2/6", "0:3/6", "0:4/6", "0:5/6", "0:6/6", "1:1/6", "1:2/6"]);
  });
});

test("what a model cannot do is refused with the numbers, and the model still works", async () => {
  const run = (changes: Partial<Recipe>, model = diffusion) =>
    generateImages(model, { recipe: recipeFor(model, changes), count: 1 });
  await expect(run({ guidanceScale: Number.NaN })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  await expect(run({ steps: 0 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  await expect(run({ width: 66 })).rejects.toThrow("multiple of 4 pixels, got 66");
  await expect(run({ width: 128 }, flow)).rejects.toThrow("hidden_states expected [batch,4,8,8], got [1,4,8,16]");
  await expect(run({ model: { name: "x", hash: "0".repeat(64) } })).rejects.toMatchObject({
    code: "MODEL_UNAVAILABLE",
  });
  const unknown = { _class_name: "Mystery" } as unknown as Recipe["scheduler"];
  await expect(run({ scheduler: unknown })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  await expect(generateImages(flow, { recipe: recipeFor(flow), count: 0 })).rejects.toThrow("got 0");
  expect((await run({ width: 32, height: 48 })).images[0]?.pixels).toHaveLength(32 * 48 * 3);
});

test("a described model names its samplers in full, its own first", async () => {
  const info = await describeModel(stableDiffusion);
  expect(info).toEqual(diffusion.info);
  expect(info.schedulers[0]).toMatchObject({ _class_name: "DDIMScheduler", beta_end: 0.012, steps_offset: 1 });
  expect(info.schedulers.map(({ _class_name: name }) => name)).not.toContain("FlowMatchEulerDiscreteScheduler");
  expect(info.defaults).toMatchObject({ width: 64, height: 64, guidanceScale: 7.5 });
  expect(flow.info).toMatchObject({
    name: "tiny",
    fixedSize: true,
    family: "latent-diffusion",
    source: "optional",
    mask: "optional",
  });
  expect(await findModels([scratch, path.join(scratch, "nowhere"), stableDiffusion])).toEqual([
    { folder: path.join(scratch, "tiny"), name: "tiny" },
    { folder: stableDiffusion, name: "tiny-sd" },
  ]);
});

describe("damaged model folders", () => {
  let copies = 0;
  async function damaged(damage: (folder: string) => Promise<void>, source = stableDiffusion): Promise<string> {
    copies += 1;
    const folder = path.join(scratch, `damaged-${copies}`);
    await cp(source, folder, { recursive: true });
    await damage(folder);
    return folder;
  }

  test("a better model card changes no hash, another weight does", async () => {
    const source = path.join(scratch, "tiny");
    const card = await damaged((folder) => rm(path.join(folder, "checksums.json")), source);
    await writeFile(path.join(card, "README.md"), "# A better card");
    expect((await describeModel(card)).hash).toBe(flow.info.hash);
    await writeFile(path.join(card, "transformer/model.onnx"), "other");
    expect((await describeModel(card)).hash).not.toBe(flow.info.hash);
  });

  test("missing folders and parts are unavailable, by name", async () => {
    await expect(loadModel(path.join(scratch, "nowhere"))).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
    for (const part of ["unet", "vae_decoder", "text_encoder", "tokenizer"]) {
      const folder = await damaged((copy) => rm(path.join(copy, part), { recursive: true }));
      await expect(describeModel(folder)).rejects.toMatchObject({
        code: "MODEL_UNAVAILABLE",
        message: expect.stringContaining(part),
      });
    }
    const bare = await damaged((folder) => rm(path.join(folder, "scheduler/scheduler_config.json")));
    await expect(describeModel(bare)).rejects.toThrow("scheduler_config.json is missing");
  });

  test("missing config.json files fall back on what is usual", async () => {
    const folder = await damaged((copy) => rm(path.join(copy, "vae_decoder/config.json")));
    expect((await describeModel(folder)).sizeMultiple).toBe(16);
  });

  test("a file that is not the one in checksums.json is named with both hashes", async () => {
    const folder = await damaged(
      (copy) => writeFile(path.join(copy, "transformer/model.onnx"), "x"),
      path.join(scratch, "tiny"),
    );
    await expect(describeModel(folder)).rejects.toMatchObject({
      code: "MODEL_CORRUPT",
      message: expect.stringMatching(
        /transformer\/model\.onnx has SHA-256 [0-9a-f]{64}, checksums\.json says [0-9a-f]{64}/,
      ),
    });
  });

  test("truncated networks and broken JSON are corrupt, and nothing stays open", async () => {
    const truncated = await damaged(async (copy) => {
      const file = path.join(copy, "unet/model.onnx");
      await writeFile(file, (await readFile(file)).subarray(0, 5_000));
    });
    await expect(loadModel(truncated)).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
    const json = await damaged((copy) => writeFile(path.join(copy, "model_index.json"), '{"_class_name": '));
    await expect(loadModel(json)).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
    const pipeline = await damaged((copy) =>
      writeFile(path.join(copy, "model_index.json"), '{"_class_name": "SongPipeline"}'),
    );
    await expect(loadModel(pipeline)).rejects.toThrow("SongPipeline is not supported; supported are StableDiffusion");
    expect(await readdir(truncated)).toContain("unet");
  });

  test("networks that swap places are told by their inputs", async () => {
    const swapped = await damaged((copy) =>
      cp(path.join(copy, "vae_decoder/model.onnx"), path.join(copy, "unet/model.onnx")),
    );
    await expect(loadModel(swapped)).rejects.toThrow("unet: expected an input named");
  });
});
