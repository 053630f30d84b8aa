import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { openSession } from "@mezzotint/onnx/session";
import { afterAll, beforeEach, expect, test } from "vitest";
import { generateImages } from "./generate-images.ts";
import { loadModel } from "./load-model.ts";
import { writeTinyModel } from "./testing/tiny-model.ts";

const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-guidance-"));
const folder = path.join(scratch, "tiny");
await writeTinyModel(folder);
/** Rows the denoiser was asked for. */
let asked = 0;
const model = await loadModel(folder, {
  threads: 1,
  open: async (file, options) => {
    const session = await openSession(file, options);
    if (!file.includes("transformer")) return session;
    return {
      ...session,
      run: (feeds, outputs) => {
        asked += feeds["hidden_states"]?.shape[0] ?? 0;
        return session.run(feeds, outputs);
      },
    };
  },
});
beforeEach(() => void (asked = 0));
afterAll(async () => {
  await model.dispose();
  await rm(scratch, { recursive: true });
});

async function draw(changes: Partial<Recipe> = {}, count = 1) {
  const { info } = model;
  const [scheduler] = info.schedulers;
  if (scheduler === undefined) throw new Error("no scheduler");
  const words = {
    prompt: "a red apple",
    negativePrompt: null,
    guidanceScale: 4,
    guidanceRescale: 0,
    eta: 0,
    scheduler,
  };
  const rest = { version: 1, width: 64, height: 64, seed: "7", generator: "torch-cpu", steps: 20 } as const;
  const recipe: Recipe = { ...rest, ...words, model: { name: info.name, hash: info.hash }, ...changes };
  return (await generateImages(model, { recipe, count, together: count })).images;
}

const pixelsOf = async (changes: Partial<Recipe>) => (await draw(changes))[0]?.pixels;

test("outside its interval guidance asks for one row a call", async () => {
  await draw();
  expect(asked).toBe(40);
  asked = 0;
  const inside = await pixelsOf({ guidanceInterval: [0.2, 0.7] });
  expect(asked).toBe(20 + 10);
  expect(inside).not.toEqual(await pixelsOf({}));
  expect(await pixelsOf({ guidanceInterval: [0, 1] })).toEqual(await pixelsOf({}));
  expect(await pixelsOf({ guidanceInterval: [0, 0.01] })).toEqual(await pixelsOf({ guidanceScale: 1 }));
});

test("adaptive guidance is another picture, and with nothing adapted nearly the same", async () => {
  const plain = (await pixelsOf({})) ?? new Uint8Array();
  const neutral = (await pixelsOf({ apg: { eta: 1, rescale: 0, momentum: 0 } })) ?? new Uint8Array();
  expect(Math.max(...neutral.map((value, i) => Math.abs(value - (plain[i] ?? 0))))).toBeLessThanOrEqual(1);
  const projected = await pixelsOf({ apg: { eta: 0, rescale: 2, momentum: -0.5 } });
  expect(projected).not.toEqual(plain);
  const together = await draw({ apg: { eta: 0, rescale: 2, momentum: -0.5 } }, 3);
  expect(together[0]?.pixels).toEqual(projected);
});

test("the step cache spares calls, says how many and at what error, and no threshold spares none", async () => {
  const [plain] = await draw();
  asked = 0;
  const [spared] = await draw({ stepCache: { threshold: 0.3 } });
  const reuse = spared?.stepReuse;
  expect(reuse?.calls).toBeGreaterThan(0);
  expect(reuse?.errorMax).toBeLessThan(0.3);
  expect(asked).toBe(40 - 2 * (reuse?.calls ?? 0));
  expect(plain?.stepReuse).toBeUndefined();
  const [careful] = await draw({ stepCache: { threshold: 1e-9 } });
  expect(careful?.pixels).toEqual(plain?.pixels);
  expect(careful?.stepReuse).toEqual({ calls: 0, errorMax: 0 });
});

test("what belongs to other families is refused by name", async () => {
  const stages = [{ steps: 4, guidanceScale: 2, noiseLevel: 100 }];
  await expect(draw({ stages, stepCache: { threshold: 0.1 } })).rejects.toThrow("model tiny: it knows no stages");
  await expect(draw({ imageEmbedding: "0".repeat(64) })).rejects.toThrow(`names ${"0".repeat(64)}, got none`);
});
