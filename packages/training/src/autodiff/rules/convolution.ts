import { MezzotintError } from "@mezzotint/contracts/errors";
import { intAttribute, intsAttribute } from "@mezzotint/onnx/graph/attribute";
import type { GraphNode, Value } from "@mezzotint/onnx/graph";
import { averagePool, conv2d, depthToSpace, resizeNearest, spaceToDepth } from "@mezzotint/onnx/graph/ops/convolution";
import { gather } from "@mezzotint/onnx/graph/ops/indexing";
import { matmul } from "@mezzotint/onnx/graph/ops/matmul";
import { reduceSum } from "@mezzotint/onnx/graph/ops/reduce";
import { concat, pad, reshape, slice, transpose, transposeLast, unsqueeze } from "@mezzotint/onnx/graph/ops/shape";
import { times } from "../algebra.ts";
import type { BackwardRule, BackwardStep } from "../rule.ts";
import { inputOf, materialize, staticShape } from "../rule.ts";

function paddingOf(node: GraphNode, kernel: number): number {
  const strides = intsAttribute(node, "strides");
  const padding = intsAttribute(node, "pads")[0] ?? 0;
  if (strides.some((stride) => stride !== 1) || padding >= kernel) {
    throw new MezzotintError(
      "UNSUPPORTED",
      `${node.name}: no gradient for stride [${strides.join(",")}] with padding ${padding}; use spaceToDepth to shrink`,
    );
  }
  return padding;
}

/** The kernel turned by 180 degrees with inputs and outputs exchanged: [o, i, h, w] -> [i, o, h, w]. */
function turned(weight: Value): Value {
  const [outputs = 1, inputs = 1, height = 1, width = 1] = staticShape(weight);
  const taps = transpose(reshape(weight, [outputs, inputs, height * width]), [1, 0, 2]);
  if (height * width === 1) return reshape(taps, [inputs, outputs, 1, 1]);
  const order = Array.from({ length: height * width }, (_, index) => height * width - 1 - index);
  return reshape(gather(taps, weight.graph.int64(order), 2), [inputs, outputs, height, width]);
}

/** One product over all pictures and places per kernel tap: dy [o, n*h*w] times the shifted x [i, n*h*w] transposed. */
function weightGradient(gradient: Value, x: Value, detail: { weight: Value; padding: number }): Value {
  const [outputs = 1, inputs = 1, height = 1, width = 1] = staticShape(detail.weight);
  const [, , rows = 1, columns = 1] = staticShape(gradient);
  const around = [detail.padding, detail.padding] as const;
  const channelsFirst = pad(transpose(x, [1, 0, 2, 3]), [[0, 0], [0, 0], around, around]);
  const flat = reshape(transpose(gradient, [1, 0, 2, 3]), [outputs, -1]);
  const taps = Array.from({ length: height * width }, (_, tap) => {
    const [top, left] = [Math.floor(tap / width), tap % width];
    const ranges = [
      { axis: 2, start: top, end: top + rows },
      { axis: 3, start: left, end: left + columns },
    ];
    const seen = reshape(height * width === 1 ? channelsFirst : slice(channelsFirst, ranges), [inputs, -1]);
    return unsqueeze(matmul(flat, transposeLast(seen)), [2]);
  });
  return reshape(concat(taps, 2), [outputs, inputs, height, width]);
}

/** dx correlates dy with the turned kernel; dw sums one matrix product per kernel tap; stride 1 only. */
function convolution(step: BackwardStep): readonly (() => Value)[] {
  const { node } = step;
  const [x, weight] = [inputOf(node, 0), inputOf(node, 1)];
  const [height = 1, width = 1] = intsAttribute(node, "kernel_shape");
  const padding = paddingOf(node, Math.min(height, width));
  const gradient = materialize(step);
  const around = [[0, 0], [0, 0], ...[height, width].map((size) => [size - 1 - padding, size - 1 - padding])] as const;
  return [
    () => {
      if (height === width) return conv2d(gradient, turned(weight), { padding: height - 1 - padding });
      return conv2d(pad(gradient, around as readonly (readonly [number, number])[]), turned(weight));
    },
    () => weightGradient(gradient, x, { weight, padding }),
    () => reduceSum(gradient, { axes: [0, 2, 3] }),
  ];
}

function enlargement(step: BackwardStep): readonly (() => Value)[] {
  const factor = Number(step.output.shape[2]) / Number(inputOf(step.node, 0).shape[2]);
  return [() => times(averagePool(materialize(step), factor), factor * factor)];
}

function pooling(step: BackwardStep): readonly (() => Value)[] {
  const [factor = 1] = intsAttribute(step.node, "kernel_shape");
  return [() => times(resizeNearest(materialize(step), factor), 1 / (factor * factor))];
}

/** Rules for operations on pictures. */
export const convolutionRules = {
  Conv: convolution,
  Resize: enlargement,
  AveragePool: pooling,
  DepthToSpace: (step) => [() => spaceToDepth(materialize(step), intAttribute(step.node, "blocksize"))],
  SpaceToDepth: (step) => [() => depthToSpace(materialize(step), intAttribute(step.node, "blocksize"))],
} satisfies Record<string, BackwardRule>;
