import type { NdArray } from "@mezzotint/numeric/nd-array";
import { expect, test } from "vitest";
import { createGenerator } from "../random-generators.ts";
import { drawPictures } from "../step-machine/draw-pictures.ts";
import type { CallEvent } from "../step-machine/line.ts";
import type { Denoiser } from "../denoiser.ts";
import { unclip } from "../pipelines/unclip.ts";
import type { UnclipParts } from "./model-parts.ts";
import { prepareUnclip, unclipCourse, unclipPicture, type PreparedUnclip, type UnclipSettings } from "./unclip.ts";

const PRIOR = { _class_name: "UnCLIPScheduler", prediction_type: "sample", clip_sample_range: 5 };
const DECODER = { _class_name: "UnCLIPScheduler", variance_type: "learned_range" };
const WIDTH = 16;

const array = (shape: readonly number[], value: number): NdArray => ({
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(value),
});

/** A network in closed form: a factor of its sample, with as much variance behind it as told. */
function network(name: string, { channels, calls }: { channels: number; calls: string[] }): Denoiser {
  return {
    inputs: new Set(["sample"]),
    channels: null,
    company: "none",
    refuse: () => undefined,
    predict: async (rows) =>
      rows.map(({ sample, condition }) => {
        calls.push(name);
        const steering = condition["class_labels"]?.data[0] ?? 1;
        const kept = sample.length > 768 ? sample.subarray(0, sample.length / 2) : sample;
        return Float32Array.from(
          { length: channels * kept.length },
          (_, i) => (kept[i % kept.length] ?? 0) * 0.5 * steering,
        );
      }),
  };
}

function parts(calls: string[]): UnclipParts {
  const decoder = network("decoder", { channels: 2, calls });
  return {
    family: "unclip",
    folder: {
      family: "unclip",
      folder: "unclip",
      name: "unclip",
      index: { _class_name: "UnCLIPPipeline" },
      presentation: { defaults: {}, styles: [], examples: [] },
      pipeline: unclip,
      files: {
        text: { tokenizerFolder: "tokenizer", encoderFile: "text_encoder/model.onnx" },
        priorFile: "prior/model.onnx",
        projectionFile: "text_proj/model.onnx",
        decoderFile: "decoder/model.onnx",
        firstEnlargerFile: "super_res_first/model.onnx",
        lastEnlargerFile: "super_res_last/model.onnx",
        imageEncoderFile: null,
      },
      statistics: { mean: new Float32Array(WIDTH).fill(0.25), deviation: new Float32Array(WIDTH).fill(2) },
      decodedSize: 8,
      enlargedSize: 16,
      priorConfiguration: PRIOR,
      schedulerConfiguration: DECODER,
      enlargerConfiguration: { _class_name: "UnCLIPScheduler" },
      sizeMultiple: 16,
      trainedSize: 16,
    },
    text: {
      tokenizer: {
        lengthMax: 4,
        encode: (text) => ({ ids: [text.length, 0, 0, 0], mask: [1, 0, 0, 0] }),
        encodeWhole: () => [],
      },
      encoder: {
        fixedLength: null,
        encode: async ({ ids }) => ({ hidden: array([1, 4, 2], ids[0] ?? 0), pooled: array([1, 2], 1) }),
      },
    },
    prior: network("prior", { channels: 1, calls }),
    projection: {
      project: async ({ imageEmbedding }) => ({
        hidden: array([2, 5, 2], 1),
        timeAddition: array([2, 3], Math.tanh(imageEmbedding.data[0] ?? 0)),
      }),
    },
    decoder,
    firstEnlarger: network("first", { channels: 1, calls }),
    imageEncoder: null,
    lastEnlarger: network("last", { channels: 1, calls }),
  };
}

const SETTINGS: UnclipSettings = {
  prompt: "a cat",
  negativePrompt: "",
  priorSteps: 2,
  decoderSteps: 3,
  enlargerSteps: 3,
  priorGuidanceScale: 4,
  guidanceScale: 8,
};

interface Drawn {
  readonly seed: string;
  readonly imageEmbedding?: NdArray;
  readonly onCall?: (event: CallEvent) => void;
}

async function draw(opened: UnclipParts, prepared: PreparedUnclip, { seed, imageEmbedding, onCall }: Drawn) {
  const course = unclipCourse(opened, prepared, imageEmbedding);
  const [made = []] = await drawPictures([{ course, from: createGenerator("torch-cpu", seed) }], { onCall });
  return unclipPicture(course, made);
}

test("stages run in their order, the last step of the super-resolution by a network of its own", async () => {
  const calls: string[] = [];
  const opened = parts(calls);
  const prepared = await prepareUnclip(opened, SETTINGS);
  const counted: string[] = [];
  const onCall = ({ done, calls: all }: CallEvent) => void counted.push(`${done}/${all}`);
  const made = await draw(opened, prepared, { seed: "1", onCall });
  expect(calls.join(" ")).toBe(
    "prior prior prior prior decoder decoder decoder decoder decoder decoder first first last",
  );
  expect(counted).toEqual(["1/8", "2/8", "3/8", "4/8", "5/8", "6/8", "7/8", "8/8"]);
  expect([made.imageEmbedding.shape, made.decoded.shape, made.picture.shape]).toEqual([
    [1, WIDTH],
    [1, 3, 8, 8],
    [1, 3, 16, 16],
  ]);
  expect(Math.max(...made.decoded.data.map(Math.abs))).toBeLessThanOrEqual(1);
});

test("a kept embedding is drawn again by other seeds without the prior", async () => {
  const calls: string[] = [];
  const opened = parts(calls);
  const prepared = await prepareUnclip(opened, { ...SETTINGS, priorGuidanceScale: 1, guidanceScale: 1 });
  const { imageEmbedding } = await draw(opened, prepared, { seed: "1" });
  calls.length = 0;
  const again = await draw(opened, prepared, { seed: "2", imageEmbedding });
  const other = await draw(opened, prepared, { seed: "3", imageEmbedding });
  expect(calls).not.toContain("prior");
  expect(again.imageEmbedding).toBe(imageEmbedding);
  expect(again.picture).not.toEqual(other.picture);
});

test("settings that make no sense are refused with the numbers", async () => {
  const opened = parts([]);
  await expect(prepareUnclip(opened, { ...SETTINGS, priorSteps: 1 })).rejects.toThrow("from 2 to 1000, got 1");
  await expect(prepareUnclip(opened, { ...SETTINGS, guidanceScale: Number.NaN })).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
});
