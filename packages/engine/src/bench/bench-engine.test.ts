import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GenerationRequest, recipeOfRequest } from "@mezzotint/contracts/generation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeModel } from "../describe-model.ts";
import { writeTinyModel } from "../testing/tiny-model.ts";
import { benchEngine } from "./bench-engine.ts";

let folder = "";
beforeAll(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), "mezzotint-bench-")), "tiny");
  await writeTinyModel(folder);
});
afterAll(() => rm(path.dirname(folder), { recursive: true, force: true }));

test("a bench accounts for every network, its calls and its work", async () => {
  const info = await describeModel(folder);
  const request = GenerationRequest.parse({ model: info.name, prompt: "a print", ...info.defaults, steps: 3 });
  const recipe = recipeOfRequest(request, info, "0");
  const bench = await benchEngine({ folder, recipe, runs: 2, provider: "cpu", threads: 1 });

  const calls = Object.fromEntries(bench.networks.map(({ network, callsPerImage }) => [network, callsPerImage]));
  expect(calls).toEqual({ text_encoder: 2, transformer: 3, vae_decoder: 1 });
  // The decoder is one 1 x 1 convolution from 4 to 192 channels on 8 x 8 places.
  const decoder = bench.networks.find(({ network }) => network === "vae_decoder");
  expect(decoder?.flopsPerCall).toBe(2 * 192 * 4 * 64);
  expect(bench.outsideShare).toBeGreaterThan(0);
  expect(bench.outsideShare).toBeLessThan(1);
  expect(bench.outsideCpuShare).toBeGreaterThan(0);
  expect(bench.outsideCpuShare).toBeLessThan(1);
  expect(bench.totalMs).toBeGreaterThan(bench.outsideMs);
  expect(bench.memoryPeakBytes).toBeGreaterThan(10e6);
  expect(bench.matrixProduct.peakFlopsPerSecond).toBeGreaterThanOrEqual(bench.matrixProduct.medianFlopsPerSecond);
});
