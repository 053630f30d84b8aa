import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { ENGINE_PARITY_KINDS } from "./kinds.ts";
import { runParity, type ParityResult } from "./run-parity.ts";

const fixtures = path.join(import.meta.dirname, "../__fixtures__");
const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-parity-"));
afterAll(() => rm(scratch, { recursive: true }));

async function run(root: string, given: string | null = null): Promise<ParityResult[]> {
  const results: ParityResult[] = [];
  for await (const result of runParity({ root, given, kinds: ENGINE_PARITY_KINDS, load: { threads: 1 } }))
    results.push(result);
  return results;
}

async function writeCase(name: string, content: string): Promise<string> {
  const folder = path.join(scratch, name);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "case.json"), content);
  return folder;
}

test("our pictures, latents and timesteps are those of diffusers", async () => {
  const results = await run(path.join(fixtures, "cases"));
  expect(results.filter((result) => !result.ok)).toEqual([]);
  expect(results.length).toBeGreaterThanOrEqual(9);
  expect(results.find((result) => result.case === "sd-ddim")?.differences).toHaveProperty("image");
});

test("a difference beyond the tolerance fails the case and is shown", async () => {
  const source = path.join(fixtures, "cases/randn-consecutive");
  const content = JSON.parse(await readFile(path.join(source, "case.json"), "utf8"));
  const folder = await writeCase("wrong-seed", JSON.stringify({ ...content, seed: "6" }));
  await cp(path.join(source, "values.npy"), path.join(folder, "values.npy"));
  const [result] = await run(folder);
  expect(result).toMatchObject({ case: "wrong-seed", kind: "randn", ok: false });
  expect(result?.differences["values"]).toBeGreaterThan(0.1);
});

test("a case that cannot run says why, and the others go on", async () => {
  const text = { pipeline: "tiny-sd", prompt: "x", guidanceScale: 1, steps: 1, seeds: [1], width: 64, height: 64 };
  const arrays = { latents: "latents.npy" };
  const tolerance = { latents: 1 };
  const scheduler = { _class_name: "DDIMScheduler" };
  const contents = {
    "a-kind": { kind: "mystery", tolerance: {} },
    "b-scheduler": {
      kind: "text-to-image",
      ...text,
      tolerance,
      arrays,
      scheduler: { _class_name: "MysteryScheduler" },
    },
    "c-file": { kind: "text-to-image", ...text, tolerance, arrays, scheduler },
    "d-pipeline": { kind: "text-to-image", ...text, pipeline: "../../etc", tolerance, arrays, scheduler },
    "e-nothing": { kind: "randn", generator: "torch-cpu", seed: "1", shape: [2], tolerance: {}, arrays: {} },
  };
  for (const [name, content] of Object.entries(contents)) await writeCase(`broken/${name}`, JSON.stringify(content));
  await writeCase("broken/f-json", "{");
  const results = await run(path.join(scratch, "broken"), fixtures);
  expect(results.map(({ ok }) => ok)).toEqual([false, false, false, false, false, false]);
  const errors = results.map(({ error }) => error ?? "");
  expect(errors[0]).toContain("kind mystery are not supported yet");
  expect(errors[1]).toContain("MysteryScheduler is not known");
  expect(errors[2]).toContain("latents.npy is missing");
  expect(errors[3]).toContain("leads out of its folder");
  expect(errors[4]).toContain("nothing was compared");
  expect(errors[5]).toContain("JSON");
});
