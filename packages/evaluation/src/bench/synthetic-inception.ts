import { writeModel } from "@mezzotint/onnx/write-model";
import { inceptionGraph } from "../inception-weights/inception-graph.ts";
import type { TorchTensor } from "../inception-weights/read-torch-file.ts";

const CLASSES = 1_008;

type Layer = readonly [name: string, inputs: number, outputs: number, kernel: string];

/** The convolutions before the blocks, and between them where the picture is halved. */
const SINGLE: readonly Layer[] = [
  ["Conv2d_1a_3x3", 3, 32, "3x3"],
  ["Conv2d_2a_3x3", 32, 32, "3x3"],
  ["Conv2d_2b_3x3", 32, 64, "3x3"],
  ["Conv2d_3b_1x1", 64, 80, "1x1"],
  ["Conv2d_4a_3x3", 80, 192, "3x3"],
  ["Mixed_6a.branch3x3", 288, 384, "3x3"],
  ["Mixed_6a.branch3x3dbl_1", 288, 64, "1x1"],
  ["Mixed_6a.branch3x3dbl_2", 64, 96, "3x3"],
  ["Mixed_6a.branch3x3dbl_3", 96, 96, "3x3"],
  ["Mixed_7a.branch3x3_1", 768, 192, "1x1"],
  ["Mixed_7a.branch3x3_2", 192, 320, "3x3"],
  ["Mixed_7a.branch7x7x3_1", 768, 192, "1x1"],
  ["Mixed_7a.branch7x7x3_2", 192, 192, "1x7"],
  ["Mixed_7a.branch7x7x3_3", 192, 192, "7x1"],
  ["Mixed_7a.branch7x7x3_4", 192, 192, "3x3"],
];

function blockA(block: string, inputs: number, pool: number): readonly Layer[] {
  return [
    [`${block}.branch1x1`, inputs, 64, "1x1"],
    [`${block}.branch5x5_1`, inputs, 48, "1x1"],
    [`${block}.branch5x5_2`, 48, 64, "5x5"],
    [`${block}.branch3x3dbl_1`, inputs, 64, "1x1"],
    [`${block}.branch3x3dbl_2`, 64, 96, "3x3"],
    [`${block}.branch3x3dbl_3`, 96, 96, "3x3"],
    [`${block}.branch_pool`, inputs, pool, "1x1"],
  ];
}

function blockC(block: string, inner: number): readonly Layer[] {
  return [
    [`${block}.branch1x1`, 768, 192, "1x1"],
    [`${block}.branch7x7_1`, 768, inner, "1x1"],
    [`${block}.branch7x7_2`, inner, inner, "1x7"],
    [`${block}.branch7x7_3`, inner, 192, "7x1"],
    [`${block}.branch7x7dbl_1`, 768, inner, "1x1"],
    [`${block}.branch7x7dbl_2`, inner, inner, "7x1"],
    [`${block}.branch7x7dbl_3`, inner, inner, "1x7"],
    [`${block}.branch7x7dbl_4`, inner, inner, "7x1"],
    [`${block}.branch7x7dbl_5`, inner, 192, "1x7"],
    [`${block}.branch_pool`, 768, 192, "1x1"],
  ];
}

function blockE(block: string, inputs: number): readonly Layer[] {
  return [
    [`${block}.branch1x1`, inputs, 320, "1x1"],
    [`${block}.branch3x3_1`, inputs, 384, "1x1"],
    [`${block}.branch3x3_2a`, 384, 384, "1x3"],
    [`${block}.branch3x3_2b`, 384, 384, "3x1"],
    [`${block}.branch3x3dbl_1`, inputs, 448, "1x1"],
    [`${block}.branch3x3dbl_2`, 448, 384, "3x3"],
    [`${block}.branch3x3dbl_3a`, 384, 384, "1x3"],
    [`${block}.branch3x3dbl_3b`, 384, 384, "3x1"],
    [`${block}.branch_pool`, inputs, 192, "1x1"],
  ];
}

const LAYERS: readonly Layer[] = [
  ...SINGLE,
  ...blockA("Mixed_5b", 192, 32),
  ...blockA("Mixed_5c", 256, 64),
  ...blockA("Mixed_5d", 288, 64),
  ...blockC("Mixed_6b", 128),
  ...blockC("Mixed_6c", 160),
  ...blockC("Mixed_6d", 160),
  ...blockC("Mixed_6e", 192),
  ...blockE("Mixed_7b", 1_280),
  ...blockE("Mixed_7c", 2_048),
];

/** Inception v3 of the published size with arbitrary weights, as ONNX: as slow as the real one, and as blind as chance. */
export function syntheticInception(): Uint8Array {
  const weights = new Map<string, TorchTensor>();
  for (const [name, inputs, outputs, kernel] of LAYERS) {
    const [height = 1, width = 1] = kernel.split("x").map(Number);
    weights.set(`${name}.conv.weight`, scattered([outputs, inputs, height, width], inputs * height * width));
    for (const [part, value] of [
      ["weight", 1],
      ["bias", 0],
      ["running_mean", 0],
      ["running_var", 1],
    ] as const) {
      weights.set(`${name}.bn.${part}`, { shape: [outputs], data: new Float32Array(outputs).fill(value) });
    }
  }
  weights.set("fc.weight", scattered([CLASSES, 2_048], 2_048));
  weights.set("fc.bias", { shape: [CLASSES], data: new Float32Array(CLASSES) });
  return writeModel(inceptionGraph(weights));
}

/** Numbers without a pattern that keep the scale of what a layer with so many inputs gives. */
function scattered(shape: readonly number[], inputs: number): TorchTensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const scale = Math.sqrt(24 / inputs);
  const data = Float32Array.from(
    { length: size },
    (_, i) => scale * ((Math.imul(i + 1, 0x9e3779b1) >>> 0) / 2 ** 32 - 0.5),
  );
  return { shape, data };
}
