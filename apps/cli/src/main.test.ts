import { execFile } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { recipeId } from "@mezzotint/contracts/recipe";
import { writeTinyModel } from "@mezzotint/engine/testing/tiny-model";
import { readMetadata } from "@mezzotint/image/metadata";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

// Starting a process takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const folder = await mkdtemp(path.join(tmpdir(), "mezzotint-cli-"));
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in a folder that has nothing to do with the project. */
function mezzotint(...words: readonly string[]): Promise<Outcome> {
  const env = { ...process.env, MEZZOTINT_ROOT: folder, MEZZOTINT_MODELS: "" };
  return new Promise((resolve) => {
    const options = { cwd: folder, env };
    const child = execFile(process.execPath, ["--import", LOADER, MAIN, ...words], options, (_, stdout, stderr) => {
      resolve({ status: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

const file = (name: string): string => path.join(folder, name);

beforeAll(() => writeTinyModel(file("models/tiny")));
afterAll(() => rm(folder, { recursive: true }));

test("generate writes the same bytes for the same command, and says in JSON what it did", async () => {
  const words = ["generate", "red apple", "--model", "tiny", "--seed", "7", "--steps", "3", "--threads", "1", "--json"];
  const first = await mezzotint(...words, "--out", "apple.png");
  expect(first).toMatchObject({ status: 0, stderr: "" });
  const report = JSON.parse(first.stdout);
  expect(report).toMatchObject({
    model: { name: "tiny", hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    recipe: { prompt: "red apple", steps: 3, width: 64, height: 64 },
    seed: "7",
    timings: { loadMs: expect.any(Number), decodeMs: expect.any(Number), totalMs: expect.any(Number) },
    files: [{ path: "apple.png", seed: "7", recipeId: report.recipeId }],
  });
  expect(report.timings.stepMs).toHaveLength(3);
  expect(await recipeId(report.recipe)).toBe(report.recipeId);
  const png = await readFile(file("apple.png"));
  expect(png.length).toBe(report.files[0].sizeBytes);
  expect(readMetadata(png).recipe).toEqual(report.recipe);

  const twins = JSON.parse((await mezzotint(...words, "--out", "twins/apple.png", "--count", "2")).stdout);
  expect(twins.files.map((written: { path: string }) => written.path)).toEqual([
    "twins/apple-1.png",
    "twins/apple-2.png",
  ]);
  expect(twins.files.map((written: { seed: string }) => written.seed)).toEqual(["7", "8"]);
  expect(await readFile(file("twins/apple-1.png"))).toEqual(png);
});

test("a wrong request is one line on stderr and status 2", async () => {
  const draw = (...words: readonly string[]): Promise<Outcome> => mezzotint("generate", "apple", ...words);
  const [unknown, nowhere, steps, option] = await Promise.all([
    draw("--model", "nope"),
    draw("--model", "./nope"),
    draw("--model", "tiny", "--steps", "NaN"),
    draw("--model", "tiny", "--colour", "red"),
  ]);
  expect(unknown).toEqual({ status: 2, stdout: "", stderr: 'error: no model "nope"; there is tiny\n' });
  expect(nowhere).toEqual({ status: 2, stdout: "", stderr: expect.stringMatching(/^error: no model.*nope\n$/) });
  expect(steps).toEqual({ status: 2, stdout: "", stderr: expect.stringMatching(/^error: --steps: .*\n$/) });
  expect(option).toEqual({
    status: 2,
    stdout: "",
    stderr: expect.stringMatching(/^error: unknown option '--colour'\n/),
  });
});

test("models are listed and verified, and a damaged file is named with status 1", async () => {
  const list = JSON.parse((await mezzotint("models", "list", "--json")).stdout);
  expect(list).toMatchObject({ models: [{ name: "tiny", title: "Tiny" }], problems: [] });
  expect(await mezzotint("models", "verify")).toMatchObject({
    status: 0,
    stdout: expect.stringContaining(`tiny ${list.models[0].hash}`),
  });

  await writeTinyModel(file("elsewhere/damaged"));
  await appendFile(file("elsewhere/damaged/transformer/model.onnx"), "x");
  const damaged = await mezzotint("models", "verify", "./elsewhere/damaged");
  expect(damaged).toMatchObject({ status: 1, stderr: expect.stringContaining("transformer/model.onnx") });
  expect((await mezzotint("models", "verify", "absent")).status).toBe(2);
});

test("help names every command without loading any", async () => {
  const { status, stdout } = await mezzotint();
  expect(status).toBe(0);
  for (const name of ["up", "generate", "models", "train"]) expect(stdout).toContain(`  ${name} `);
});
