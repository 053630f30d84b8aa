import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { verifyModelFolder } from "../verify-model-folder.ts";
import { optimizeModelFolder } from "./optimize-model-folder.ts";

// Sessions take seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const source = path.join(import.meta.dirname, "../__fixtures__/pipelines/tiny-sd");
const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-optimize-"));
afterAll(() => rm(scratch, { recursive: true }));

const settings = { halve: false, steps: 2, largestMax: 1, meanMax: 0.01, threads: 1 };

test("a folder as PyTorch exports it is rewritten, and its pictures stay", async () => {
  const target = path.join(scratch, "fast");
  const { networks, comparison } = await optimizeModelFolder(source, { ...settings, target });
  expect(networks.get("unet/model.onnx")).toMatchObject({ attentions: 8, nodesBefore: 1258 });
  expect(networks.get("unet/model.onnx")?.nodesAfter).toBeLessThan(800);
  expect(networks.get("vae_decoder/model.onnx")?.attentions).toBe(1);
  expect(comparison.pictures).toBe(3);
  expect(comparison.largest).toBeLessThanOrEqual(1);
  expect((await verifyModelFolder(target)).networks).toBe(4);
  await expect(optimizeModelFolder(source, { ...settings, target })).rejects.toMatchObject({ code: "CONFLICT" });
});

test("what moves pictures beyond the bound is not kept", async () => {
  const target = path.join(scratch, "half");
  const strict = { ...settings, target, halve: true, meanMax: 0 };
  await expect(optimizeModelFolder(source, strict)).rejects.toMatchObject({
    code: "MODEL_CORRUPT",
    message: expect.stringMatching(/^not kept: pictures move by \d+ of 255 .* the bound is 1 and 0$/),
  });
  expect(await stat(target).catch(() => null)).toBeNull();
  expect((await readdir(scratch)).filter((name) => name.includes("half"))).toEqual([]);
});
