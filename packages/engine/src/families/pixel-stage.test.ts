import type { NdArray } from "@mezzotint/numeric/nd-array";
import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import { expect, test } from "vitest";
import type { Denoiser, DenoiserRow } from "../denoiser.ts";
import { deepFloydIf, deepFloydSuperResolution } from "../pipelines/deepfloyd-if.ts";
import { createGenerator } from "../random-generators.ts";
import { drawPictures } from "../step-machine/draw-pictures.ts";
import type { Course } from "../step-machine/stage.ts";
import { cascadeCourse } from "./cascade.ts";
import type { PixelParts } from "./model-parts.ts";
import { pixelStage, preparePixels, type PixelSettings, type PreparedPixels } from "./pixel-stage.ts";

const SCHEDULER = {
  _class_name: "DDPMScheduler",
  beta_schedule: "squaredcos_cap_v2",
  variance_type: "learned_range",
  thresholding: true,
};
const WORDS = { encoder_hidden_states: { shape: [1, 1, 2], data: Float32Array.of(1, 2) } };
const NO_WORDS = { encoder_hidden_states: { shape: [1, 1, 2], data: Float32Array.of(0, 0) } };

interface Recording {
  readonly denoiser: Denoiser;
  readonly calls: DenoiserRow[];
}

/** A network in closed form that answers noise 0.5 with words and 0.25 without, and variance at its middle. */
function recordingNetwork(): Recording {
  const calls: DenoiserRow[] = [];
  const denoiser: Denoiser = {
    inputs: new Set(["sample", "timestep"]),
    channels: null,
    company: "any",
    refuse: () => undefined,
    predict: async (rows) =>
      rows.map((row) => {
        calls.push(row);
        const area = (row.shape[2] ?? 0) * (row.shape[3] ?? 0);
        const words = row.condition["encoder_hidden_states"]?.data[0] === 1;
        return Float32Array.from({ length: 6 * area }, (_, i) => (i < 3 * area ? (words ? 0.5 : 0.25) : 0));
      }),
  };
  return { denoiser, calls };
}

function partsOf(denoiser: Denoiser, enlarges: boolean): PixelParts {
  const folder: PixelParts["folder"] = {
    family: "pixel-cascade",
    folder: "stage",
    name: "stage",
    index: { _class_name: "IFPipeline" },
    presentation: { defaults: {}, styles: [], examples: [] },
    pipeline: enlarges ? deepFloydSuperResolution : deepFloydIf,
    files: { networkFile: "unet/model.onnx", text: null },
    channels: 3,
    noisingConfiguration: enlarges ? SCHEDULER : null,
    schedulerConfiguration: SCHEDULER,
    sizeMultiple: 8,
    trainedSize: 8,
  };
  return { family: "pixel-cascade", folder, text: null, denoiser };
}

const SETTINGS: PixelSettings = {
  scheduler: SCHEDULER,
  steps: 4,
  eta: 0,
  guidanceScale: 3,
  guidanceRescale: 0,
  width: 8,
  height: 8,
  conditions: { conditional: WORDS, unconditional: NO_WORDS },
  enlargement: null,
};
const SMALL = { shape: [1, 3, 4, 4], data: new Float32Array(48).fill(0.5) };

async function drawCourse(course: Course, seed = "0"): Promise<readonly NdArray[]> {
  const [made = []] = await drawPictures([{ course, from: createGenerator("torch-cpu", seed) }]);
  return made;
}

async function drawStage(parts: PixelParts, prepared: PreparedPixels, seed: string): Promise<NdArray | undefined> {
  const [picture] = await drawCourse({ given: [], stages: [pixelStage(parts, prepared, null)] }, seed);
  return picture;
}

test("a first stage draws within [-1, 1], the same for the same seed, with two calls a step under guidance", async () => {
  const { denoiser, calls } = recordingNetwork();
  const parts = partsOf(denoiser, false);
  const draw = (seed: string) => drawStage(parts, preparePixels(parts, SETTINGS), seed);
  const picture = await draw("3");
  expect(picture?.shape).toEqual([1, 3, 8, 8]);
  expect(Math.max(...(picture?.data ?? [2]).map(Math.abs))).toBeLessThanOrEqual(1);
  expect(calls).toHaveLength(8);
  expect(calls[0]?.sample).toEqual(createTorchNormal(3n).normal([1, 3, 8, 8]));
  expect(await draw("3")).toEqual(picture);
  expect(await draw("4")).not.toEqual(picture);
});

test("a later stage sees the noised enlargement beside the sample, and its noise level", async () => {
  const { denoiser, calls } = recordingNetwork();
  const parts = partsOf(denoiser, true);
  const settings = { ...SETTINGS, enlargement: { picture: SMALL, noiseLevel: 250 } };
  await drawStage(parts, preparePixels(parts, settings), "3");
  const generator = createTorchNormal(3n);
  const [first, noise] = [generator.normal([1, 3, 8, 8]), generator.normal([1, 3, 8, 8])];
  const call = calls[0];
  expect(call?.shape).toEqual([1, 6, 8, 8]);
  expect(call?.sample.subarray(0, 192)).toEqual(first);
  expect(call?.condition["class_labels"]).toEqual({ shape: [1], data: Float32Array.of(250) });
  const shares = [0, 7].map((i) => ((call?.sample[192 + i] ?? 0) - 0.5 * signal(250)) / (noise[i] ?? 1));
  for (const share of shares) expect(share ** 2 + signal(250) ** 2).toBeCloseTo(1, 3);
  expect(calls.every(({ sample }) => sample[192] === call?.sample[192])).toBe(true);
});

/** Square root of the squared-cosine schedule's signal variance. Nichol & Dhariwal 2021 (arXiv 2102.09672), equation 17. */
function signal(timestep: number): number {
  const at = (time: number) => Math.cos((((time + 0.008) / 1.008) * Math.PI) / 2);
  return at((timestep + 1) / 1000) / at(0);
}

test("a cascade keeps every stage's picture, and a stage run again alone makes the same", async () => {
  const { denoiser } = recordingNetwork();
  const { conditions, enlargement: _, ...settings } = SETTINGS;
  const first = { parts: partsOf(denoiser, false), settings, noiseLevel: 0, seed: "3" };
  const later = {
    parts: partsOf(denoiser, true),
    settings: { ...settings, width: 16, height: 16 },
    noiseLevel: 100,
    seed: "4",
  };
  const [small, large] = await drawCourse(cascadeCourse([first, later], { conditions }));
  expect([small?.shape, large?.shape]).toEqual([
    [1, 3, 8, 8],
    [1, 3, 16, 16],
  ]);
  expect(await drawCourse(cascadeCourse([later], { conditions, smaller: small }))).toEqual([large]);
  const reseeded = await drawCourse(cascadeCourse([{ ...later, seed: "5" }], { conditions, smaller: small }));
  expect(reseeded).not.toEqual([large]);
});

test("what a stage cannot do is refused with the numbers", async () => {
  const { denoiser } = recordingNetwork();
  const [first, later] = [partsOf(denoiser, false), partsOf(denoiser, true)];
  const enlargement = { picture: SMALL, noiseLevel: 1_000 };
  expect(() => preparePixels(first, { ...SETTINGS, enlargement })).toThrow("draws from words, a picture was given");
  expect(() => preparePixels(later, SETTINGS)).toThrow("enlarges a picture, none was given");
  expect(() => preparePixels(first, { ...SETTINGS, guidanceScale: Number.NaN })).toThrow("got NaN");
  const prepared = preparePixels(later, { ...SETTINGS, enlargement });
  await expect(drawStage(later, prepared, "1")).rejects.toThrow("from 0 to 999, got 1000");
});
