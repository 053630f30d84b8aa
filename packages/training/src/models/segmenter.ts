import type { Value } from "@mezzotint/onnx/graph";
import { silu, softmax } from "@mezzotint/onnx/graph/ops/activation";
import { depthToSpace, spaceToDepth } from "@mezzotint/onnx/graph/ops/convolution";
import { add, cast, greater, log, mul, neg, sub } from "@mezzotint/onnx/graph/ops/elementwise";
import { reduceMax, reduceMean, reduceSum } from "@mezzotint/onnx/graph/ops/reduce";
import { reshape, transpose } from "@mezzotint/onnx/graph/ops/shape";
import type { ParameterScope } from "../trainer/parameter-scope.ts";
import { convolution, residualBlock } from "./layers.ts";

export interface SegmenterSize {
  /** Channels at 1/4, 1/8 and 1/16 of the picture's side. */
  readonly channels: readonly [number, number, number];
  readonly classes: number;
}

/**
 * A fully convolutional network: pixels f32[n, 3, h, w] in [-1, 1] -> class scores f32[n, classes, h, w], h and w
 * multiples of 16. Scores at three strides are summed from coarse to fine (Long, Shelhamer and Darrell 2015, section
 * 4.2), enlarged by sub-pixel convolution (Shi et al. 2016).
 */
export function segment(p: ParameterScope, pixels: Value, { channels, classes }: SegmenterSize): Value {
  const [wide, deep, deepest] = channels;
  let x = convolution(p.scope("in"), spaceToDepth(pixels, 4), { inputs: 48, outputs: wide, kernel: 3 });
  const quarter = residualBlock(p.scope("quarter"), x, wide);
  x = convolution(p.scope("down1"), spaceToDepth(silu(quarter), 2), {
    inputs: wide * 4,
    outputs: deep,
    kernel: 1,
    gain: 1.6,
  });
  const eighth = residualBlock(p.scope("eighth"), x, deep);
  x = convolution(p.scope("down2"), spaceToDepth(silu(eighth), 2), {
    inputs: deep * 4,
    outputs: deepest,
    kernel: 1,
    gain: 1.6,
  });
  const sixteenth = residualBlock(p.scope("sixteenth1"), residualBlock(p.scope("sixteenth0"), x, deepest), deepest);
  const up = (name: string, from: Value, size: { readonly inputs: number; readonly outputs: number }): Value =>
    depthToSpace(
      convolution(p.scope(name), silu(from), { ...size, outputs: size.outputs * 4, kernel: 1, gain: 1.6 }),
      2,
    );
  const fused8 = residualBlock(
    p.scope("fused8"),
    add(eighth, up("up1", sixteenth, { inputs: deepest, outputs: deep })),
    deep,
  );
  const fused4 = add(quarter, up("up2", fused8, { inputs: deep, outputs: wide }));
  return depthToSpace(
    convolution(p.scope("out"), silu(fused4), { inputs: wide, outputs: classes * 16, kernel: 3, gain: 0.5 }),
    4,
  );
}

/** Keeps the logarithm of a vanished share finite. */
const SHARE_MIN = 1e-8;

/**
 * Mean cross-entropy over pixels, of scores f32[n, classes, h, w] against `truth` f32[n, h*w, classes] (rows that sum to
 * 1), and the share of pixels whose best class is the true one.
 */
export function segmentationLoss(scores: Value, truth: Value) {
  const [batch = "batch", classes = 1, height = 1, width = 1] = scores.shape;
  const rows = transpose(reshape(scores, [batch, classes, Number(height) * Number(width)]), [0, 2, 1]);
  const logShares = log(add(softmax(rows), SHARE_MIN));
  const loss = neg(reduceMean(reduceSum(mul(truth, logShares), { axes: [2] })));
  const best = cast(greater(rows, sub(reduceMax(rows, { axes: [2], keepDims: true }), 1e-6)), "float32");
  return { loss, accuracy: reduceMean(reduceSum(mul(best, truth), { axes: [2] })) };
}
