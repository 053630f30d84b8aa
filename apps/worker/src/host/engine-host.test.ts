import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { GenerationRequest, recipeOfRequest } from "@mezzotint/contracts/generation";
import { recipeId, type Recipe } from "@mezzotint/contracts/recipe";
import { writeTinyModel } from "@mezzotint/engine/testing/tiny-model";
import { encodePng } from "@mezzotint/image/encode-png";
import { readMetadata } from "@mezzotint/image/metadata";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEngineHost, type EngineHost, type EngineHostOptions, type GenerateRequest } from "./engine-host.ts";

const folder = await mkdtemp(path.join(tmpdir(), "mezzotint-host-"));
const hosts: EngineHost[] = [];
let host: EngineHost;
let recipe: Recipe;

function openHost(options: Partial<EngineHostOptions> = {}): EngineHost {
  const opened = createEngineHost({
    modelFolders: [folder],
    threads: 1,
    killGraceMs: 10_000,
    progressIntervalMs: 0,
    ...options,
  });
  hosts.push(opened);
  return opened;
}

function order(changes: Partial<GenerateRequest> = {}): GenerateRequest {
  const quiet = { preview: () => false, onProgress: () => undefined, signal: new AbortController().signal };
  return { recipe, count: 1, ...quiet, ...changes };
}

/** Far more steps than any test waits for. */
function endless(changes: Partial<GenerateRequest> = {}): GenerateRequest {
  return order({ recipe: { ...recipe, steps: 1_000 }, count: 16, ...changes });
}

beforeAll(async () => {
  for (const name of ["tiny", "other", "broken"]) await writeTinyModel(path.join(folder, name));
  await appendFile(path.join(folder, "broken/vae_decoder/model.onnx"), "x");
  host = openHost();
  const models = await host.describeModels();
  expect(models.map(({ name }) => name).toSorted()).toEqual(["other", "tiny"]);
  const tiny = models.find(({ name }) => name === "tiny");
  if (tiny === undefined) throw new Error("no tiny model");
  const request = GenerationRequest.parse({ ...tiny.defaults, model: tiny.name, prompt: "red apple" });
  recipe = recipeOfRequest(request, tiny, "7");
});

afterAll(async () => {
  await Promise.all(hosts.map((opened) => opened.close()));
  await rm(folder, { recursive: true });
});

test("models that cannot be used are named with their reason", () => {
  expect(host.problems).toEqual([
    { name: "broken", error: { code: "MODEL_CORRUPT", message: expect.stringContaining("vae_decoder/model.onnx") } },
  ]);
});

test("the same recipe gives the same bytes, whatever else is drawn with it", async () => {
  const pair = await host.generate(order({ count: 2 }));
  const again = await host.generate(order());
  const second = await host.generate(order({ recipe: { ...recipe, seed: "8" } }));
  expect(pair.images[0]?.png).toEqual(again.images[0]?.png);
  expect(pair.images[1]?.png).toEqual(second.images[0]?.png);
  expect(pair.images[1]?.png).not.toEqual(pair.images[0]?.png);
  expect(again.timings.stepMs).toHaveLength(recipe.steps);
  expect(again.runtime).toEqual({
    provider: "cpu",
    providerVersion: expect.stringMatching(/^onnxruntime \d+\.\d+/),
    onnxruntime: expect.stringMatching(/^\d+\.\d+/),
    precision: "fp32",
  });

  const [first] = pair.images;
  expect(first).toMatchObject({ recipe, recipeId: await recipeId(recipe), width: 64, height: 64 });
  expect(readMetadata(first?.png ?? new Uint8Array()).recipe).toEqual(recipe);
});

test("generations of several people share the device, and each gets the bytes it gets alone", async () => {
  const recipes = [1, 2, 3].map((steps) => ({ ...recipe, seed: String(40 + steps), steps: 6 * steps }));
  const ended: number[] = [];
  const together = await Promise.all(
    recipes.map(async (own, i) => {
      const result = await host.generate(order({ recipe: own, count: 2 }));
      ended.push(i);
      return result;
    }),
  );
  expect(ended).toEqual([0, 1, 2]);
  for (const [i, own] of recipes.entries()) {
    const alone = await host.generate(order({ recipe: own, count: 2 }));
    expect(together[i]?.images.map(({ png }) => png)).toEqual(alone.images.map(({ png }) => png));
    expect(together[i]?.timings.deviceMs).toBeLessThanOrEqual(together[i]?.timings.totalMs ?? 0);
  }
  const abort = new AbortController();
  const stopped = host.generate(endless({ signal: abort.signal, onProgress: () => abort.abort() }));
  const [outcome, other] = await Promise.allSettled([stopped, host.generate(order())]);
  expect(outcome).toMatchObject({ reason: { code: "CANCELLED" } });
  expect(other).toMatchObject({ status: "fulfilled" });
});

test("a picture is drawn from the files its recipe names, and from those only", async () => {
  const pixels = (shade: (place: number) => number) =>
    Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => shade(Math.floor(i / 3)));
  const source = await encodePng({ width: 64, height: 64, data: pixels((place) => (place % 64) * 4) });
  const mask = await encodePng({ width: 64, height: 64, data: pixels((place) => (place % 64 < 32 ? 255 : 0)) });
  const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  const start = { source: hash(source), mask: hash(mask), strength: 0.5 };
  const started = order({ recipe: { ...recipe, ...start }, source, mask });
  const [first, again] = [await host.generate(started), await host.generate(started)];
  expect(first.images[0]?.png).toEqual(again.images[0]?.png);
  expect(first.images[0]?.recipe).toMatchObject(start);
  expect(first.timings.stepMs).toHaveLength(recipe.steps / 2);
  const plain = await host.generate(order());
  expect(first.images[0]?.png).not.toEqual(plain.images[0]?.png);

  await expect(host.generate(order({ source }))).rejects.toThrow("the recipe names none, 64 × 64 pixels were given");
  const { strength: _, ...named } = start;
  await expect(host.generate(order({ recipe: { ...recipe, ...named } }))).rejects.toThrow("none was given");
  const broken = { ...started, source: source.subarray(0, 60) };
  await expect(host.generate(broken)).rejects.toMatchObject({ code: "INVALID_INPUT" });
});

test("progress counts every step over all pictures; previews are small and come only while wanted", async () => {
  const seen: { step: number; steps: number; preview: string | null }[] = [];
  const preview = (): boolean => seen.length < 3;
  await host.generate(order({ count: 2, preview, onProgress: (progress) => seen.push(progress) }));
  expect(seen.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(new Set(seen.map(({ steps }) => steps))).toEqual(new Set([8]));
  expect(seen[0]?.preview).toMatch(/^data:image\/webp;base64,/);
  expect(seen[0]?.preview?.length).toBeLessThanOrEqual(4_500);
  expect(seen.at(-1)?.preview).toBeNull();
  await host.generate(order({ onProgress: (progress) => expect(progress.preview).toBeNull() }));
});

test("an aborted generation ends CANCELLED and its host goes on", async () => {
  const { pid } = host;
  const controller = new AbortController();
  const cancelled = host.generate(endless({ signal: controller.signal, onProgress: () => controller.abort() }));
  await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED" });
  await expect(host.generate(order({ signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: "CANCELLED" });
  expect((await host.generate(order())).images).toHaveLength(1);
  expect(host.pid).toBe(pid);
});

test("a host that does not hear the abort is killed, and the generation still ends CANCELLED", async () => {
  const deaf = openHost({ killGraceMs: 100 });
  const controller = new AbortController();
  const onProgress = (): void => {
    if (controller.signal.aborted) return;
    process.kill(deaf.pid ?? 0, "SIGSTOP");
    controller.abort();
  };
  const cancelled = deaf.generate(endless({ signal: controller.signal, onProgress }));
  await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED", message: expect.stringContaining("100 ms") });
  expect(deaf.pid).toBeUndefined();
});

test("a host killed in the middle fails its generation with ENGINE_CRASHED; the next one gets a new host", async () => {
  const { pid } = host;
  const onProgress = (): void => void process.kill(pid ?? 0, "SIGKILL");
  const crashed = host.generate(endless({ onProgress }));
  await expect(crashed).rejects.toMatchObject({ code: "ENGINE_CRASHED", message: expect.stringContaining("SIGKILL") });
  expect((await host.generate(order())).images).toHaveLength(1);
  expect(host.pid).not.toBe(pid);
});

test("a host that hangs is killed, and its generation fails with ENGINE_CRASHED", async () => {
  const options = { modelFolders: [folder], threads: 1, killGraceMs: 10_000, progressIntervalMs: 0 };
  const patience: { stallTimeoutMs?: number } = {};
  const own = createEngineHost(Object.assign(patience, options));
  hosts.push(own);
  // Loading may take its time; only between the steps of a loaded model is a long silence what it looks like.
  await own.generate(order());
  patience.stallTimeoutMs = 5_000;
  const { pid } = own;
  if (pid === undefined) throw new Error("no host");
  let steps = 0;
  const onProgress = (): void => {
    steps++;
    // Stopped, it neither computes nor answers nor ends: what a deadlock looks like from outside.
    if (steps === 3) process.kill(pid, "SIGSTOP");
  };
  await expect(own.generate(endless({ onProgress }))).rejects.toMatchObject({
    code: "ENGINE_CRASHED",
    message: expect.stringContaining("SIGKILL"),
  });
  expect(steps).toBeGreaterThanOrEqual(3);
  delete patience.stallTimeoutMs;
  expect((await own.generate(order())).images).toHaveLength(1);
});

test("a model that is absent, changed or damaged is refused with the reason", async () => {
  const draw = (model: Recipe["model"]): Promise<unknown> => host.generate(order({ recipe: { ...recipe, model } }));
  const { hash } = recipe.model;
  await expect(draw({ name: "absent", hash })).rejects.toMatchObject({
    code: "MODEL_UNAVAILABLE",
    message: expect.stringContaining("tiny"),
  });
  await expect(draw({ name: "tiny", hash: "0".repeat(64) })).rejects.toMatchObject({
    code: "MODEL_UNAVAILABLE",
    message: expect.stringContaining(hash),
  });
  await expect(draw({ name: "broken", hash })).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
});

test("models stay loaded within the memory budget, and the least recently used makes room", async () => {
  const loads = async (opened: EngineHost, name: string): Promise<boolean> => {
    const model = { ...recipe.model, name };
    return (await opened.generate(order({ recipe: { ...recipe, model } }))).timings.loadMs !== 0;
  };
  const wide = openHost();
  expect([await loads(wide, "tiny"), await loads(wide, "other"), await loads(wide, "tiny")]).toEqual([
    true,
    true,
    false,
  ]);
  const narrow = openHost({ memoryBudgetBytes: 1 });
  expect([await loads(narrow, "tiny"), await loads(narrow, "tiny")]).toEqual([true, false]);
  expect([await loads(narrow, "other"), await loads(narrow, "tiny")]).toEqual([true, true]);
});

test("a start that takes too long fails, and so does everything after closing", async () => {
  await expect(openHost({ startTimeoutMs: 1 }).start()).rejects.toMatchObject({
    code: "ENGINE_CRASHED",
    message: expect.stringContaining("1 ms"),
  });
  const closed = openHost();
  await closed.start();
  await closed.close();
  expect(closed.pid).toBeUndefined();
  await expect(closed.generate(order())).rejects.toMatchObject({ code: "ENGINE_CRASHED" });
});

test("a host does not outlive its supervisor", async () => {
  const module = JSON.stringify(new URL("./engine-host.ts", import.meta.url).href);
  const script = `
    const { createEngineHost } = await import(${module});
    const host = createEngineHost({ modelFolders: [], threads: 1, killGraceMs: 1_000 });
    await host.start();
    console.log(host.pid);`;
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const supervisor = spawn(process.execPath, ["--import", loader, "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { value } = await createInterface({ input: supervisor.stdout })[Symbol.asyncIterator]().next();
  const pid = Number(value);
  expect(await isRunning(pid)).toBe(true);
  supervisor.kill("SIGKILL");
  while (await isRunning(pid)) await sleep(20);
});

/** An orphan that ended may stay in the process table until somebody reaps it. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "State: R");
  return !/^State:\s+[ZX]/m.test(status);
}
