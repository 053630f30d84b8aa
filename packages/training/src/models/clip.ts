import type { Value } from "@mezzotint/onnx/graph";
import { silu } from "@mezzotint/onnx/graph/ops/activation";
import { add, cast, clip, exp, greater, mul, sub } from "@mezzotint/onnx/graph/ops/elementwise";
import { matmul } from "@mezzotint/onnx/graph/ops/matmul";
import { rmsNorm } from "@mezzotint/onnx/graph/ops/normalization";
import { reduceMax, reduceMean, reduceSum } from "@mezzotint/onnx/graph/ops/reduce";
import { concat, transposeLast } from "@mezzotint/onnx/graph/ops/shape";
import type { ParameterScope } from "../trainer/parameter-scope.ts";
import { crossEntropy } from "./contrast.ts";
import { embedPictures, type ImageTowerSize } from "./image-tower.ts";
import { dense } from "./layers.ts";
import { pooledText } from "./text-encoder.ts";

/** exp(4.6) = 100: the largest factor on cosines, as in CLIP. */
const LOG_SCALE_MAX = 4.6;
const LOG_SCALE_FIRST = 2.66;

/**
 * The rows of a text tower f32[n, tokens, width], 0 where there is padding, as one f32[n, outputs] of root mean square 1:
 * its first row and the direction of the sum of all, through a layer of `width` and a projection.
 */
export function projectText(p: ParameterScope, text: Value, outputs: number): Value {
  const width = text.shape[2] as number;
  const both = concat([pooledText(text), rmsNorm(reduceSum(text, { axes: [1] }))], 1);
  const hidden = silu(dense(p.scope("in"), both, { inputs: width * 2, outputs: width }));
  return rmsNorm(dense(p.scope("out"), hidden, { inputs: width, outputs, bias: false }));
}

export interface ClipInputs {
  /** f32[n, 3, side, side] in [-1, 1]. */
  readonly pixels: Value;
  /** f32[n, tokens, width]: one caption of each picture by the frozen text tower. */
  readonly text: Value;
  /** f32[n, n]: row i spreads 1 over the pictures that caption i is true of. */
  readonly pictureShares: Value;
  /** f32[n, n]: row j spreads 1 over the captions that are true of picture j. */
  readonly captionShares: Value;
}

/**
 * Symmetric cross-entropy between pictures and captions (Radford et al. 2021, CLIP, figure 3), with soft targets where
 * a caption is true of several pictures. `accuracy` is the share of captions whose best picture they are true of.
 */
export function clipLoss(p: ParameterScope, inputs: ClipInputs, size: ImageTowerSize) {
  const picture = embedPictures(p.scope("picture"), inputs.pixels, size);
  const caption = projectText(p.scope("caption"), inputs.text, size.outputs);
  const logScale = p.parameter("logScale", [1], { init: { kind: "zeros" }, decay: false });
  const scale = mul(exp(clip(add(logScale, LOG_SCALE_FIRST), 0, LOG_SCALE_MAX)), 1 / size.outputs);
  const logits = mul(matmul(caption, transposeLast(picture)), scale);
  const loss = mul(
    add(crossEntropy(logits, inputs.pictureShares), crossEntropy(transposeLast(logits), inputs.captionShares)),
    0.5,
  );
  const best = cast(greater(logits, sub(reduceMax(logits, { axes: [1], keepDims: true }), 1e-6)), "float32");
  const hits = cast(greater(reduceSum(mul(best, inputs.pictureShares), { axes: [1] }), 0), "float32");
  return { loss, accuracy: reduceMean(hits) };
}
