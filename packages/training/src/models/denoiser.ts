import type { Value } from "@mezzotint/onnx/graph";
import { silu } from "@mezzotint/onnx/graph/ops/activation";
import { scaledDotProductAttention } from "@mezzotint/onnx/graph/ops/attention";
import { depthToSpace, spaceToDepth } from "@mezzotint/onnx/graph/ops/convolution";
import { add, cos, mul, sin, square, sub } from "@mezzotint/onnx/graph/ops/elementwise";
import { rmsNorm } from "@mezzotint/onnx/graph/ops/normalization";
import { reduceMean } from "@mezzotint/onnx/graph/ops/reduce";
import { concat, reshape, split, transpose, unsqueeze } from "@mezzotint/onnx/graph/ops/shape";
import type { ParameterScope } from "../trainer/parameter-scope.ts";
import { dense, feedForward } from "./layers.ts";
import { pooledText } from "./text-encoder.ts";

export interface DenoiserSize {
  readonly latentChannels: number;
  /** Side of the latents; the transformer sees (side / 2)² tokens of 4 * latentChannels values. */
  readonly latentSide: number;
  readonly width: number;
  readonly heads: number;
  readonly blocks: number;
  /** Width of the text encoder's rows. */
  readonly textWidth: number;
}

const FREQUENCIES = 64;
const FREQUENCY_PERIOD_MAX = 10_000;

export interface DenoiserInputs {
  /** f32[n, latentChannels, side, side]: latents at noise level t. */
  readonly latents: Value;
  /** f32[n], 0 (picture) to 1000 (noise). */
  readonly timestep: Value;
  /** f32[n, tokens, textWidth]. */
  readonly text: Value;
}

/**
 * A diffusion transformer (Peebles and Xie 2023) that predicts the velocity noise - picture of a rectified flow
 * (Liu et al. 2023): the result has the shape of the latents.
 *
 * Latents are grouped 2x2 into tokens. Text enters twice: as extra keys and values of every attention, and pooled into
 * the modulation, which is computed once and shifted per block (Chen et al. 2024, PixArt-alpha). Queries and keys are
 * RMS-normalised per head (Dehghani et al. 2023).
 */
export function denoise(p: ParameterScope, inputs: DenoiserInputs, size: DenoiserSize): Value {
  const { latentChannels, latentSide, width } = size;
  const batch = inputs.latents.shape[0] ?? "batch";
  const grid = latentSide / 2;
  const values = latentChannels * 4;
  const patches = reshape(spaceToDepth(inputs.latents, 2), [batch, values, grid * grid]);
  const position = p.parameter("position", [grid * grid, width], { init: { kind: "normal", std: 0.2 }, decay: false });
  const tokens = dense(p.scope("in"), transpose(patches, [0, 2, 1]), { inputs: values, outputs: width });
  const condition = silu(conditioning(p, inputs, size));
  const modulation = dense(p.scope("modulation"), condition, { inputs: width, outputs: width * 6, gain: 0 });
  const text = rmsNorm(inputs.text, { scale: p.parameter("textNorm", [size.textWidth], { init: { kind: "ones" } }) });
  let x = add(tokens, position);
  for (let block = 0; block < size.blocks; block++) {
    x = transformerBlock(p.scope(`block${block}`), { x, text, modulation }, size);
  }
  const last = dense(p.scope("lastModulation"), condition, { inputs: width, outputs: width * 2, gain: 0 });
  const [shift, scale] = split(unsqueeze(last, [1]), [width, width], 2) as [Value, Value];
  const velocity = dense(p.scope("out"), modulate(x, shift, scale), { inputs: width, outputs: values, gain: 0 });
  const folded = reshape(transpose(velocity, [0, 2, 1]), [batch, values, grid, grid]);
  return depthToSpace(folded, 2);
}

/** The sum of embedded time and pooled text: f32[n, width]. */
function conditioning(p: ParameterScope, { timestep, text }: DenoiserInputs, size: DenoiserSize): Value {
  const { graph } = timestep;
  const frequencies = Array.from({ length: FREQUENCIES }, (_, k) => FREQUENCY_PERIOD_MAX ** (-k / FREQUENCIES));
  const angles = mul(unsqueeze(timestep, [1]), graph.constant(frequencies, "float32", [1, FREQUENCIES]));
  const waves = concat([cos(angles), sin(angles)], 1);
  const hidden = silu(dense(p.scope("time1"), waves, { inputs: FREQUENCIES * 2, outputs: size.width }));
  const time = dense(p.scope("time2"), hidden, { inputs: size.width, outputs: size.width });
  return add(time, dense(p.scope("pooled"), pooledText(text), { inputs: size.textWidth, outputs: size.width }));
}

function modulate(x: Value, shift: Value, scale: Value): Value {
  return add(mul(rmsNorm(x), add(scale, 1)), shift);
}

function transformerBlock(
  p: ParameterScope,
  { x, text, modulation }: { readonly x: Value; readonly text: Value; readonly modulation: Value },
  size: DenoiserSize,
): Value {
  const { width } = size;
  const offset = p.parameter("modulation", [width * 6], { init: { kind: "normal", std: 0.02 }, decay: false });
  const parts = split(unsqueeze(add(modulation, offset), [1]), Array<number>(6).fill(width), 2);
  const [shift1, scale1, gate1, shift2, scale2, gate2] = parts as [Value, Value, Value, Value, Value, Value];
  const attended = jointAttention(p, { x: modulate(x, shift1, scale1), text }, size);
  const y = add(x, mul(attended, add(gate1, 0.5)));
  return add(y, mul(feedForward(p.scope("mlp"), modulate(y, shift2, scale2), width), add(gate2, 0.5)));
}

/** Picture tokens attend to picture and text tokens; text tokens are keys and values only. */
function jointAttention(
  p: ParameterScope,
  { x, text }: { readonly x: Value; readonly text: Value },
  { width, heads, textWidth }: DenoiserSize,
): Value {
  const perHead = width / heads;
  const batch = x.shape[0] ?? "batch";
  const split4 = (value: Value): Value =>
    transpose(reshape(value, [batch, value.shape[1] ?? -1, heads, perHead]), [0, 2, 1, 3]);
  const normed = (name: string, value: Value): Value =>
    rmsNorm(value, { scale: p.parameter(name, [perHead], { init: { kind: "ones" } }) });
  const own = dense(p.scope("qkv"), x, { inputs: width, outputs: width * 3, bias: false });
  const [query, ownKey, ownValue] = split(own, [width, width, width], 2) as [Value, Value, Value];
  const read = dense(p.scope("textKv"), text, { inputs: textWidth, outputs: width * 2, bias: false });
  const [textKey, textValue] = split(read, [width, width], 2) as [Value, Value];
  const attended = scaledDotProductAttention({
    query: normed("queryNorm", split4(query)),
    key: normed("keyNorm", split4(concat([ownKey, textKey], 1))),
    value: split4(concat([ownValue, textValue], 1)),
  });
  const merged = reshape(transpose(attended, [0, 2, 1, 3]), [batch, x.shape[1] ?? -1, width]);
  return dense(p.scope("attentionOut"), merged, { inputs: width, outputs: width, gain: 0.5, bias: false });
}

/** Mean squared error of the predicted velocity against `target` = noise - picture, f32[n, latentChannels, side, side]. */
export function denoiserLoss(predicted: Value, target: Value): Value {
  return reduceMean(square(sub(predicted, target)));
}
