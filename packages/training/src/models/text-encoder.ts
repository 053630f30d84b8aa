import type { Value } from "@mezzotint/onnx/graph";
import { multiHeadAttention } from "@mezzotint/onnx/graph/ops/attention";
import { add, cast, equal, mul, sub, where } from "@mezzotint/onnx/graph/ops/elementwise";
import { gather } from "@mezzotint/onnx/graph/ops/indexing";
import { rmsNorm } from "@mezzotint/onnx/graph/ops/normalization";
import { reshape, unsqueeze } from "@mezzotint/onnx/graph/ops/shape";
import type { ParameterScope } from "../trainer/parameter-scope.ts";
import { dense, feedForward } from "./layers.ts";

export interface TextEncoderSize {
  readonly vocabulary: number;
  /** Tokens in a prompt, start and end included. */
  readonly tokens: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  /** Id of the padding token. */
  readonly padding: number;
}

const MASKED = -1e4;

/**
 * A bidirectional transformer over the tokens of a prompt: ids int64[n, tokens] -> f32[n, tokens, width].
 * Padding is masked out of attention and its rows of the result are 0, so a reader without bias sees nothing there.
 * Pre-norm layers with RMS normalisation (Vaswani et al. 2017; Zhang and Sennrich 2019).
 */
export function encodeText(p: ParameterScope, ids: Value, size: TextEncoderSize): Value {
  const { vocabulary, tokens, width } = size;
  const normal = { init: { kind: "normal", std: 0.3 }, decay: false } as const;
  const embedding = p.parameter("embedding", [vocabulary, width], normal);
  const position = p.parameter("position", [tokens, width], { ...normal, init: { kind: "normal", std: 0.1 } });
  const isPadding = equal(ids, ids.graph.scalar(size.padding, "int64"));
  const kept = unsqueeze(sub(1, cast(isPadding, "float32")), [2]);
  const zero = ids.graph.scalar(0, "float32");
  const mask = unsqueeze(where(isPadding, ids.graph.scalar(MASKED, "float32"), zero), [1, 2]);
  let x = add(gather(embedding, ids), position);
  for (let layer = 0; layer < size.layers; layer++) x = textLayer(p.scope(`layer${layer}`), { x, mask }, size);
  const scale = p.parameter("norm", [width], { init: { kind: "ones" } });
  return mul(rmsNorm(x, { scale }), kept);
}

function textLayer(
  p: ParameterScope,
  { x, mask }: { x: Value; mask: Value },
  { width, heads }: TextEncoderSize,
): Value {
  const norm = (name: string, value: Value): Value =>
    rmsNorm(value, { scale: p.parameter(name, [width], { init: { kind: "ones" } }) });
  const square = { inputs: width, outputs: width, bias: false } as const;
  const normed = norm("norm1", x);
  const attended = multiHeadAttention(
    {
      query: dense(p.scope("query"), normed, square),
      key: dense(p.scope("key"), normed, square),
      value: dense(p.scope("value"), normed, square),
      mask,
    },
    heads,
  );
  const y = add(x, dense(p.scope("output"), attended, { ...square, gain: 0.5 }));
  return add(y, feedForward(p.scope("mlp"), norm("norm2", y), width));
}

/** The row of the start token, which stands for the whole prompt: f32[n, tokens, width] -> f32[n, width]. */
export function pooledText(hidden: Value): Value {
  const width = hidden.shape[2] as number;
  const first = gather(hidden, hidden.graph.int64([0]), 1);
  return reshape(first, [hidden.shape[0] ?? "batch", width]);
}
