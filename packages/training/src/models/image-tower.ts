import type { Value } from "@mezzotint/onnx/graph";
import { silu } from "@mezzotint/onnx/graph/ops/activation";
import { scaledDotProductAttention } from "@mezzotint/onnx/graph/ops/attention";
import { spaceToDepth } from "@mezzotint/onnx/graph/ops/convolution";
import { add } from "@mezzotint/onnx/graph/ops/elementwise";
import { rmsNorm } from "@mezzotint/onnx/graph/ops/normalization";
import { reduceMean } from "@mezzotint/onnx/graph/ops/reduce";
import { reshape, split, transpose } from "@mezzotint/onnx/graph/ops/shape";
import type { ParameterScope } from "../trainer/parameter-scope.ts";
import { convolution, dense, feedForward, residualBlock } from "./layers.ts";

export interface ImageTowerSize {
  readonly side: number;
  /** Channels at 1/4 and 1/8 of the picture's side. */
  readonly channels: readonly [number, number];
  /** Width, heads and depth of the transformer on the tokens at 1/16 of the side. */
  readonly width: number;
  readonly heads: number;
  readonly blocks: number;
  /** Length of the embedding. */
  readonly outputs: number;
}

/**
 * A picture encoder: pixels f32[n, 3, side, side] in [-1, 1] -> f32[n, outputs], root mean square 1 in every row.
 * Convolutions to 1/8 of the side, then a transformer on (side / 16)² tokens (Xiao et al. 2021, early convolutions;
 * Dosovitskiy et al. 2021), averaged (Radford et al. 2021, CLIP).
 */
export function embedPictures(p: ParameterScope, pixels: Value, size: ImageTowerSize): Value {
  const [wide, deep] = size.channels;
  const { width } = size;
  const tokens = (size.side / 16) ** 2;
  let x = convolution(p.scope("in"), spaceToDepth(pixels, 4), { inputs: 48, outputs: wide, kernel: 3 });
  x = residualBlock(p.scope("quarter"), x, wide);
  x = convolution(p.scope("down1"), spaceToDepth(silu(x), 2), {
    inputs: wide * 4,
    outputs: deep,
    kernel: 1,
    gain: 1.6,
  });
  x = residualBlock(p.scope("eighth"), x, deep);
  x = convolution(p.scope("down2"), spaceToDepth(silu(x), 2), {
    inputs: deep * 4,
    outputs: width,
    kernel: 1,
    gain: 1.6,
  });
  const position = p.parameter("position", [tokens, width], { init: { kind: "normal", std: 0.2 }, decay: false });
  let rows = add(transpose(reshape(x, [x.shape[0] ?? "batch", width, tokens]), [0, 2, 1]), position);
  for (let block = 0; block < size.blocks; block++) rows = towerBlock(p.scope(`block${block}`), rows, size);
  const pooled = reduceMean(normed(p, "norm", rows), { axes: [1] });
  return rmsNorm(dense(p.scope("out"), pooled, { inputs: width, outputs: size.outputs, bias: false }));
}

function towerBlock(p: ParameterScope, x: Value, { width, heads }: ImageTowerSize): Value {
  const perHead = width / heads;
  const batch = x.shape[0] ?? "batch";
  const tokens = x.shape[1] as number;
  const qkv = dense(p.scope("qkv"), normed(p, "norm1", x), { inputs: width, outputs: width * 3, bias: false });
  const [query, key, value] = split(qkv, [width, width, width], 2).map((part) =>
    transpose(reshape(part, [batch, tokens, heads, perHead]), [0, 2, 1, 3]),
  ) as [Value, Value, Value];
  const attended = scaledDotProductAttention({
    query: normed(p, "queryNorm", query),
    key: normed(p, "keyNorm", key),
    value,
  });
  const merged = reshape(transpose(attended, [0, 2, 1, 3]), [batch, tokens, width]);
  const y = add(x, dense(p.scope("attentionOut"), merged, { inputs: width, outputs: width, gain: 0.5, bias: false }));
  return add(y, feedForward(p.scope("mlp"), normed(p, "norm2", y), width));
}

/** RMS normalisation over the last axis with a scale that is learned. */
function normed(p: ParameterScope, name: string, x: Value): Value {
  return rmsNorm(x, { scale: p.parameter(name, [x.shape.at(-1) as number], { init: { kind: "ones" } }) });
}
