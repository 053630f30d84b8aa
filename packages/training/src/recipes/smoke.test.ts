import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { encodePng } from "@mezzotint/image/encode-png";
import { openSession } from "@mezzotint/onnx/session";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packFolder } from "../data/folder-data-set.ts";
import { openPackedDataSet, type PackedDataSet } from "../data/packed-data-set.ts";
import { exportPack } from "../export/export-pack.ts";
import { findRecipe, RECIPES } from "./index.ts";
import { PACK_PLANS } from "./pack-plan.ts";

const COLORS = { red: [220, 30, 30], green: [30, 180, 60], blue: [40, 60, 220] } as const;
const SHAPES = ["square", "bar"] as const;
const SIDE = PACK_PLANS.smoke.imageSide;

let root: string;
let data: PackedDataSet;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "mezzotint-smoke-"));
  const pictures = path.join(root, "pictures");
  await writePictures(pictures);
  await packFolder(pictures, { folder: path.join(root, "packed"), size: SIDE, licence: "CC0-1.0" });
  data = await openPackedDataSet(path.join(root, "packed"));
});

afterAll(() => rm(root, { recursive: true, force: true }));

async function writePictures(folder: string): Promise<void> {
  await mkdir(folder);
  for (const [color, rgb] of Object.entries(COLORS)) {
    for (const shape of SHAPES) {
      const pixels = new Uint8Array(SIDE * SIDE * 3).fill(255);
      const [top, bottom] = shape === "square" ? [8, 24] : [13, 19];
      for (let y = top; y < bottom; y++) for (let x = 8; x < 24; x++) pixels.set(rgb, (y * SIDE + x) * 3);
      await writeFile(
        path.join(folder, `${color}-${shape}.png`),
        await encodePng({ width: SIDE, height: SIDE, data: pixels }),
      );
      await writeFile(path.join(folder, `${color}-${shape}.txt`), `${color} ${shape}`);
    }
  }
}

/** Losses by step; `stopAt` interrupts the run after that step, as Ctrl-C does. */
async function train(
  name: string,
  folder: string,
  { steps, stopAt }: { readonly steps: number; readonly stopAt?: number },
) {
  const losses = new Map<number, number>();
  const interrupt = new AbortController();
  await findRecipe(name).run({
    folder,
    data,
    seed: 3,
    threads: 1,
    budget: { steps },
    progressEverySeconds: 0,
    sampleEverySeconds: 600,
    signal: interrupt.signal,
    clock: () => performance.now(),
    onProgress: ({ step, loss }) => {
      losses.set(step, loss);
      if (step === stopAt) interrupt.abort();
    },
    onNotice: () => undefined,
  });
  return losses;
}

test("every pack has a recipe for each of its modules", () => {
  const modules = (packs: readonly string[], names: readonly string[]) =>
    packs.flatMap((pack) => names.map((module) => `${pack}/${module}`));
  expect(RECIPES.map(({ name }) => name)).toEqual([
    ...modules(["mini", "smoke"], ["auto-encoder", "text-encoder", "denoiser"]),
    ...modules(["mini-eval", "smoke-eval"], ["clip-image", "fcn"]),
  ]);
  expect(() => findRecipe("mini/unet")).toThrow("mini/denoiser");
});

test("the smoke recipes train, resume to the same losses and export a model folder that runs", async () => {
  const folder = path.join(root, "smoke");
  const whole = await train("smoke/auto-encoder", folder, { steps: 60 });
  expect(whole.get(60)).toBeLessThan((whole.get(1) ?? 0) * 0.7);

  const other = path.join(root, "interrupted");
  const before = await train("smoke/auto-encoder", other, { steps: 60, stopAt: 25 });
  const after = await train("smoke/auto-encoder", other, { steps: 60 });
  expect(Math.min(...after.keys())).toBe(26);
  expect(new Map([...before, ...after])).toEqual(whole);

  await train("smoke/text-encoder", folder, { steps: 30 });
  const drawn = await train("smoke/denoiser", folder, { steps: 60 });
  expect(drawn.get(60)).toBeLessThan(drawn.get(1) ?? 0);

  const out = path.join(root, "model");
  const { hash, sizeBytes } = await exportPack({
    plan: PACK_PLANS.smoke,
    folder,
    data,
    seed: 3,
    notes: "Two shapes.",
    out,
  });
  expect(await readFile(path.join(out, "README.md"), "utf8")).toContain("Two shapes.");
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(sizeBytes).toBeGreaterThan(10_000);
  expect(JSON.parse(await readFile(path.join(out, "mezzotint.json"), "utf8")).latentPreview.factors).toHaveLength(4);
  await expectModelsRun(out);

  const again = { plan: PACK_PLANS.smoke, folder, data, seed: 3, notes: "" };
  await expect(exportPack({ ...again, out: path.join(root, "pictures") })).rejects.toThrow("is no model");
  expect((await exportPack({ ...again, out })).hash).toBe(hash);
  await train("smoke/auto-encoder", folder, { steps: 61 });
  await expect(exportPack({ ...again, out })).rejects.toThrow(
    "of the auto-encoder at step 60, which is now at step 61",
  );
}, 120_000);

async function expectModelsRun(out: string): Promise<void> {
  const batch = 3;
  const { tokens, width } = PACK_PLANS.smoke.text;
  const run = async (part: string, feeds: Parameters<Awaited<ReturnType<typeof openSession>>["run"]>[0]) => {
    const session = await openSession(path.join(out, part, "model.onnx"));
    const outputs = await session.run(feeds);
    await session.release();
    return Object.values(outputs)[0];
  };
  const ids = new BigInt64Array(batch * tokens);
  for (let row = 0; row < batch; row++) ids.set([1n, 5n, 2n], row * tokens);
  const text = await run("text_encoder", { input_ids: { dtype: "int64", shape: [batch, tokens], data: ids } });
  expect(text?.shape).toEqual([batch, tokens, width]);
  const sample = {
    dtype: "float32" as const,
    shape: [batch, 3, SIDE, SIDE],
    data: new Float32Array(batch * 3 * SIDE * SIDE).fill(1),
  };
  const parameters = await run("vae_encoder", { sample });
  expect(parameters?.shape).toEqual([batch, 8, 4, 4]);
  const latents = { dtype: "float32" as const, shape: [batch, 4, 4, 4], data: new Float32Array(batch * 64).fill(0.1) };
  const velocity = await run("transformer", {
    hidden_states: latents,
    timestep: { dtype: "float32", shape: [batch], data: new Float32Array(batch).fill(500) },
    encoder_hidden_states: text as NonNullable<typeof text>,
  });
  expect(velocity?.shape).toEqual([batch, 4, 4, 4]);
  const pixels = await run("vae_decoder", { latent_sample: latents });
  expect(pixels?.shape).toEqual([batch, 3, SIDE, SIDE]);
  expect(Array.from(pixels?.data as Float32Array).every(Number.isFinite)).toBe(true);
}
