import { broadcastShapes, dimAt, formatShape } from "../dim.ts";
import type { Value } from "../graph.ts";
import { invalidInput } from "../invalid-input.ts";
import { add } from "./elementwise.ts";

/** Matrix product [..., m, k] x [..., k, n] -> [..., m, n] with broadcast batch axes; ranks >= 2. */
export function matmul(a: Value, b: Value): Value {
  const label = `MatMul ${formatShape(a.shape)} x ${formatShape(b.shape)}`;
  if (a.shape.length < 2 || b.shape.length < 2) throw invalidInput(`${label}: both ranks must be at least 2`);
  if (a.dtype !== b.dtype) throw invalidInput(`${label}: types ${a.dtype} and ${b.dtype} differ`);
  if (a.shape.at(-1) !== b.shape.at(-2)) {
    throw invalidInput(`${label}: inner sizes ${a.shape.at(-1)} and ${b.shape.at(-2)} differ`);
  }
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), label);
  const shape = [...batch, dimAt(a.shape, -2, label), dimAt(b.shape, -1, label)];
  return a.graph.apply("MatMul", [a, b], { dtype: a.dtype, shape });
}

/** x [..., in] times weight [in, out] plus bias [out] -> [..., out]. */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  const product = matmul(x, weight);
  return bias === undefined ? product : add(product, bias);
}
