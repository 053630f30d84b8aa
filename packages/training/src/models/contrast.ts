import type { Value } from "@mezzotint/onnx/graph";
import { silu, softmax } from "@mezzotint/onnx/graph/ops/activation";
import { add, cast, clip, exp, greater, log, mul, neg, sub } from "@mezzotint/onnx/graph/ops/elementwise";
import { matmul } from "@mezzotint/onnx/graph/ops/matmul";
import { rmsNorm } from "@mezzotint/onnx/graph/ops/normalization";
import { reduceMax, reduceMean, reduceSum } from "@mezzotint/onnx/graph/ops/reduce";
import { reshape, transposeLast } from "@mezzotint/onnx/graph/ops/shape";
import type { ParameterScope } from "../trainer/parameter-scope.ts";
import { dense } from "./layers.ts";
import { encodeText, pooledText, type TextEncoderSize } from "./text-encoder.ts";

const HIDDEN = 384;
/** exp(4.6) = 100: the largest factor on cosines, as in CLIP. */
const LOG_SCALE_MAX = 4.6;
/** Keeps the logarithm of a vanished share finite. */
const SHARE_MIN = 1e-8;

/** Latents f32[n, channels, side, side] -> f32[n, width] of length 1. */
export function embedLatents(p: ParameterScope, latents: Value, width: number): Value {
  const [batch = "batch", ...rest] = latents.shape;
  const inputs = rest.reduce<number>((product, dim) => product * (dim as number), 1);
  const hidden = silu(dense(p.scope("in"), reshape(latents, [batch, inputs]), { inputs, outputs: HIDDEN }));
  return unit(dense(p.scope("out"), hidden, { inputs: HIDDEN, outputs: width }), width);
}

/** Token ids int64[n, tokens] -> f32[n, width] of length 1, read from the start token. */
export function embedPrompt(p: ParameterScope, ids: Value, size: ContrastSize): Value {
  const pooled = pooledText(encodeText(p.scope("text"), ids, size.text));
  const projected = dense(p.scope("project"), pooled, {
    inputs: size.text.width,
    outputs: size.contrastWidth,
    bias: false,
  });
  return unit(projected, size.contrastWidth);
}

export interface ContrastSize {
  readonly text: TextEncoderSize;
  readonly contrastWidth: number;
}

export interface ContrastInputs {
  /** int64[n, tokens]: one caption of each picture. */
  readonly ids: Value;
  readonly latents: Value;
  /** f32[n, n]: row i spreads 1 over the columns that show the same thing as picture i. */
  readonly targets: Value;
}

/**
 * Symmetric cross-entropy between prompts and pictures (Radford et al. 2021, CLIP, figure 3), with soft targets where
 * several drawings in a batch show the same thing. `accuracy` is the share of prompts whose best picture shows it.
 */
export function contrastiveLoss(p: ParameterScope, inputs: ContrastInputs, size: ContrastSize) {
  const picture = embedLatents(p.scope("picture"), inputs.latents, size.contrastWidth);
  const prompt = embedPrompt(p, inputs.ids, size);
  const logScale = p.parameter("logScale", [1], { init: { kind: "ones" }, decay: false });
  const scale = exp(clip(add(logScale, 1.66), 0, LOG_SCALE_MAX));
  const logits = mul(matmul(prompt, transposeLast(picture)), scale);
  const loss = mul(add(crossEntropy(logits, inputs.targets), crossEntropy(transposeLast(logits), inputs.targets)), 0.5);
  const best = cast(greater(logits, sub(reduceMax(logits, { axes: [1], keepDims: true }), 1e-6)), "float32");
  const hits = cast(greater(reduceSum(mul(best, inputs.targets), { axes: [1] }), 0), "float32");
  return { loss, accuracy: reduceMean(hits) };
}

/** The mean cross-entropy of the softmax of rows f32[n, m] against shares f32[n, m] that sum to 1 in each row. */
export function crossEntropy(logits: Value, targets: Value): Value {
  const logShares = log(add(softmax(logits), SHARE_MIN));
  return neg(reduceMean(reduceSum(mul(targets, logShares), { axes: [1] })));
}

function unit(x: Value, width: number): Value {
  return mul(rmsNorm(x), 1 / Math.sqrt(width));
}
