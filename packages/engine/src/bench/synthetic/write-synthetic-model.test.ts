import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { compareModels } from "../../optimize/compare-models.ts";
import { optimizeModelFolder } from "../../optimize/optimize-model-folder.ts";
import { verifyModelFolder } from "../../verify-model-folder.ts";
import { writeSyntheticModel } from "./write-synthetic-model.ts";

// Sessions take seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-synthetic-"));
afterAll(() => rm(scratch, { recursive: true }));

const SMALL = {
  channels: [16, 32],
  layersPerBlock: 1,
  heads: 2,
  groups: 4,
  textWidth: 16,
  textLayers: 1,
  tokens: 12,
  vocabulary: 300,
  decoderChannels: [8, 16],
  imageSide: 32,
};

test("a synthetic pipeline draws, is written once, and is optimized without moving its pictures", async () => {
  const folder = path.join(scratch, "small");
  await writeSyntheticModel(folder, SMALL);
  const { mtimeMs } = await stat(path.join(folder, "unet/model.onnx"));
  await writeSyntheticModel(folder, SMALL);
  expect((await stat(path.join(folder, "unet/model.onnx"))).mtimeMs).toBe(mtimeMs);
  expect((await verifyModelFolder(folder)).networks).toBe(3);
  const target = path.join(scratch, "fast");
  const bound = { halve: false, steps: 2, largestMax: 1, meanMax: 0.01, threads: 1 };
  const { networks } = await optimizeModelFolder(folder, { ...bound, target });
  // Three places with attention, each to itself and to the words, and the middle.
  expect(networks.get("unet/model.onnx")?.attentions).toBe(2 * (1 + 1 + 2));
  expect(networks.get("text_encoder/model.onnx")?.attentions).toBe(1);
  expect(networks.get("vae_decoder/model.onnx")?.attentions).toBe(1);
  const { largest } = await compareModels({ folders: [folder, target], steps: 3, threads: 1 });
  expect(largest).toBeLessThanOrEqual(1);
});
