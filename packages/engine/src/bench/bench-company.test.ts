import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GenerationRequest, recipeOfRequest } from "@mezzotint/contracts/generation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeModel } from "../describe-model.ts";
import { writeTinyModel } from "../testing/tiny-model.ts";
import { benchCompany } from "./bench-company.ts";

let folder = "";
beforeAll(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), "mezzotint-company-")), "tiny");
  await writeTinyModel(folder);
});
afterAll(() => rm(path.dirname(folder), { recursive: true, force: true }));

test("companies of 1, 2 and 4 and a mixed one are drawn, and differ in nothing", async () => {
  const info = await describeModel(folder);
  const request = GenerationRequest.parse({ model: info.name, prompt: "a print", ...info.defaults, steps: 16 });
  const recipe = recipeOfRequest(request, info, "0");
  const { rows, findings } = await benchCompany({ folder, recipe, provider: "cpu", threads: 1 });
  expect(rows.map(({ name, pictures }) => [name, pictures])).toEqual([
    ["one, again", 1],
    ["2 seeds", 2],
    ["4 seeds", 4],
    ["mixed", 4],
  ]);
  for (const { latents, bytes } of rows) expect([latents, bytes]).toEqual([0, 0]);
  // Of the mixed ones one has three steps more, and one a sampler that calls twice a step.
  expect(rows.map(({ callsAlone }) => callsAlone)).toEqual([16, 32, 64, 16 + 19 + 31 + 16]);
  for (const { callsTogether } of rows) expect(callsTogether).toBeGreaterThanOrEqual(16);
  expect(findings.length).toBeGreaterThan(0);
});
