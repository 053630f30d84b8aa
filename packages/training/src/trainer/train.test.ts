import { MezzotintError } from "@mezzotint/contracts/errors";
import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createParameterArena } from "../optimizer/parameter-arena.ts";
import type { ParameterArena } from "../optimizer/parameter-arena.ts";
import { readNewestCheckpoint } from "./checkpoint.ts";
import { train } from "./train.ts";
import type { TrainOptions } from "./train-options.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mezzotint-train-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

type Point = readonly number[];

function newArena(size = 5): ParameterArena {
  const shared = { decay: true, learningRateScale: 1 };
  return createParameterArena(
    [
      { name: "weight", shape: [size], init: { kind: "normal", std: 1 }, ...shared },
      { name: "bias", shape: [size], init: { kind: "zeros" }, ...shared, decay: false },
    ],
    { seed: 7 },
  );
}

/** Loss: half the squared distance of weight + bias to a noisy point; every gradient is that difference. */
function toyRun(arena: ParameterArena, losses: number[], steps: number): TrainOptions<Point> {
  let milliseconds = 0;
  return {
    arena,
    step: {
      run: (point) => {
        const differences = point.map(
          (value, i) =>
            (arena.view("parameters", "weight")[i] ?? 0) + (arena.view("parameters", "bias")[i] ?? 0) - value,
        );
        arena.view("gradients", "weight").set(differences);
        arena.view("gradients", "bias").set(differences);
        const loss = differences.reduce((sum, value) => sum + (value * value) / 2, 0);
        losses.push(loss);
        return { loss };
      },
    },
    batches: (_, random) => [1, 2, 3, 4, 5].map((value) => value + 0.1 * random.normal()),
    batchSize: 1,
    seed: 3,
    identity: { recipeId: "toy", recipeHash: "one" },
    schedule: { kind: "cosine", peak: 0.1, warmupSteps: 5, floor: 0.1 },
    budget: { steps },
    folder,
    progressEverySeconds: 10,
    clock: () => (milliseconds += 500),
  };
}

test("a run stopped and resumed twice gives the losses and weights of an uninterrupted one, bit for bit", async () => {
  const whole: number[] = [];
  const reference = newArena();
  await train({ ...toyRun(reference, whole, 60), folder: join(folder, "whole") });
  expect(whole).toHaveLength(60);
  expect(whole.at(-1)).toBeLessThan((whole[0] ?? 0) / 20);

  const pieces: number[] = [];
  let arena = newArena();
  for (const stopAfter of [17, 41, Infinity]) {
    arena = newArena();
    const controller = new AbortController();
    const options = toyRun(arena, pieces, 60);
    const { run } = options.step;
    const step = {
      run: (point: Point) => {
        if (pieces.length + 1 === stopAfter) controller.abort();
        return run(point);
      },
    };
    const result = await train({ ...options, step, signal: controller.signal });
    expect(result.reason).toBe(stopAfter === Infinity ? "budget" : "stopped");
  }
  expect(pieces).toEqual(whole);
  for (const section of ["parameters", "firstMoments", "secondMoments", "ema"] as const) {
    expect(arena.section(section)).toEqual(reference.section(section));
  }
});

test("a budget in seconds ends the run and continues through a checkpoint", async () => {
  const options = { ...toyRun(newArena(), [], 1), budget: { seconds: 10 } };
  const result = await train(options);
  expect(result).toMatchObject({ reason: "budget", step: 20, elapsedSeconds: 10 });
  expect(result.progress?.learningRate).toBeLessThan(0.012);
  const longer = await train({ ...toyRun(newArena(), [], 1), budget: { seconds: 15 } });
  expect(longer).toMatchObject({ reason: "budget", step: 30, elapsedSeconds: 15 });
  const lines = (await readFile(join(folder, "progress.jsonl"), "utf8")).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { step: 20, samplesPerSecond: 2, remainingSeconds: 0 },
    { step: 30, samplesPerSecond: 2, remainingSeconds: 0 },
  ]);
});

test("a torn newest checkpoint is passed over with a notice, and the two newest are kept", async () => {
  const losses: number[] = [];
  await train({ ...toyRun(newArena(), losses, 20), checkpointEverySeconds: 2 });
  const names = await readdir(folder);
  expect(names.toSorted()).toEqual(["progress.jsonl", "step-000000016.checkpoint", "step-000000020.checkpoint"]);
  const newest = join(folder, "step-000000020.checkpoint");
  await truncate(newest, 300);
  await writeFile(join(folder, "step-000000021.checkpoint.partial"), "torn");

  const notices: string[] = [];
  const again: number[] = [];
  const result = await train({ ...toyRun(newArena(), again, 20), onNotice: (notice) => notices.push(notice) });
  expect(again).toEqual(losses.slice(16));
  expect(notices).toHaveLength(1);
  expect(notices[0]).toContain("300 bytes");
  expect((await readNewestCheckpoint(folder))?.path).toBe(result.checkpointPath);
  expect(await readdir(folder)).not.toContain("step-000000021.checkpoint.partial");

  for (const name of (await readdir(folder)).filter((file) => file.endsWith(".checkpoint"))) {
    const bytes = await readFile(join(folder, name));
    bytes.writeUInt8(bytes.readUInt8(200) ^ 1, 200);
    await writeFile(join(folder, name), bytes);
  }
  await expect(train(toyRun(newArena(), [], 20))).rejects.toThrow(/no usable checkpoint.*SHA-256/s);
});

test("a checkpoint of another recipe or of other parameters is refused with both sides named", async () => {
  await train(toyRun(newArena(), [], 3));
  const other = { ...toyRun(newArena(), [], 5), identity: { recipeId: "toy", recipeHash: "two" } };
  await expect(train(other)).rejects.toThrow("recipe hash: saved one, expected two");
  await expect(train(toyRun(newArena(6), [], 5))).rejects.toThrow("weight: saved [5] decay true");
  await expect(train(toyRun(newArena(6), [], 5))).rejects.toBeInstanceOf(MezzotintError);
});

test("a loss that is not a number ends the run; the last checkpoint holds the weights before it", async () => {
  const options = toyRun(newArena(), [], 40);
  const { run } = options.step;
  let calls = 0;
  const step = { run: (point: Point) => (++calls === 12 ? { loss: NaN } : run(point)) };
  await expect(train({ ...options, step, checkpointEverySeconds: 2.5 })).rejects.toThrow("the loss of step 11 is NaN");
  expect((await readNewestCheckpoint(folder))?.checkpoint.state.step).toBe(10);
});

test("gradients that are not finite are skipped and counted, ten in a row are fatal", async () => {
  const arena = newArena();
  const options = toyRun(arena, [], 30);
  const { run } = options.step;
  const spoiled = (bad: (call: number) => boolean) => {
    let calls = 0;
    return {
      run: (point: Point) => {
        const scalars = run(point);
        if (bad(calls++)) arena.view("gradients", "bias")[4] = NaN;
        return scalars;
      },
    };
  };
  const result = await train({ ...options, step: spoiled((call) => call % 10 !== 0) });
  expect(result.skippedSteps).toBe(27);
  expect(arena.section("ema").every(Number.isFinite)).toBe(true);
  const fatal = train({ ...options, folder: join(folder, "fatal"), step: spoiled((call) => call >= 5) });
  await expect(fatal).rejects.toThrow("is NaN for 10 steps in a row, to step 14");
});
