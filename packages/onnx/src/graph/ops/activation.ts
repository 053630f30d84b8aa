import type { Value } from "../graph.ts";
import { add, mul, sigmoid, tanh } from "./elementwise.ts";
import { resolveAxis } from "../dim.ts";

/** x * sigmoid(x), elementwise (Elfwing et al. 2017, "Sigmoid-weighted linear units"). */
export function silu(x: Value): Value {
  return mul(x, sigmoid(x));
}

/** The tanh form of GELU: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) (Hendrycks and Gimpel 2016). */
export function gelu(x: Value): Value {
  const cubic = mul(x, add(mul(mul(x, x), 0.044715), 1));
  return mul(mul(x, 0.5), add(tanh(mul(cubic, Math.sqrt(2 / Math.PI))), 1));
}

/** Softmax along one axis, the last by default; the output has the shape of x. */
export function softmax(x: Value, axis = -1): Value {
  const resolved = resolveAxis(axis, x.shape.length, "Softmax");
  return x.graph.apply("Softmax", [x], { attributes: { axis: { int: resolved } }, dtype: x.dtype, shape: x.shape });
}
