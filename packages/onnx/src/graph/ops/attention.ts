import type { Dim } from "../dim.ts";
import { dimAt, divideDims, formatShape, staticDim } from "../dim.ts";
import type { Value } from "../graph.ts";
import { invalidInput } from "../invalid-input.ts";
import { softmax } from "./activation.ts";
import { add, mul } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { reshape, transpose, transposeLast } from "./shape.ts";

export interface AttentionInputs {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  /** Added to the scores before the softmax; broadcast to [..., queries, keys]. */
  readonly mask?: Value;
}

/** softmax(q k^T / sqrt(d) + mask) v over [..., tokens, d] (Vaswani et al. 2017, equation 1). */
export function scaledDotProductAttention({ query, key, value, mask }: AttentionInputs): Value {
  const width = staticDim(query.shape, -1, "attention");
  const scores = matmul(mul(query, 1 / Math.sqrt(width)), transposeLast(key));
  return matmul(softmax(mask === undefined ? scores : add(scores, mask)), value);
}

function splitHeads(x: Value, heads: number): Value {
  const label = `attention ${formatShape(x.shape)}`;
  const width = divideDims(staticDim(x.shape, -1, label), heads);
  if (x.shape.length !== 3 || width === undefined) throw invalidInput(`${label}: does not divide into ${heads} heads`);
  const shape: Dim[] = [dimAt(x.shape, 0, label), dimAt(x.shape, 1, label), heads, width];
  return transpose(reshape(x, shape), [0, 2, 1, 3]);
}

/** Attention with several heads over [batch, tokens, heads*d]; the result has the shape of the query. */
export function multiHeadAttention({ query, key, value, mask }: AttentionInputs, heads: number): Value {
  const attended = scaledDotProductAttention({
    query: splitHeads(query, heads),
    key: splitHeads(key, heads),
    value: splitHeads(value, heads),
    ...(mask === undefined ? {} : { mask }),
  });
  return reshape(transpose(attended, [0, 2, 1, 3]), query.shape);
}
