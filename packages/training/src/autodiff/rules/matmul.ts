import { intsAttribute } from "@mezzotint/onnx/graph/attribute";
import type { Value } from "@mezzotint/onnx/graph";
import { matmul } from "@mezzotint/onnx/graph/ops/matmul";
import { reshape, transposeLast } from "@mezzotint/onnx/graph/ops/shape";
import { unbroadcast } from "../algebra.ts";
import type { BackwardRule, BackwardStep } from "../rule.ts";
import { inputOf, materialize } from "../rule.ts";

function flatten(x: Value): Value {
  return reshape(x, [-1, x.shape.at(-1) ?? 1]);
}

/** Whether b is a transposed matrix, whose gradient is then built transposed, so that the two transpositions cancel. */
function isTransposed(b: Value): boolean {
  const node = b.graph.producer(b);
  if (node?.op !== "Transpose") return false;
  const order = intsAttribute(node, "perm");
  return order.at(-1) === order.length - 2 && order.at(-2) === order.length - 1;
}

/** y = a b: da = dy b^T and db = a^T dy; a weight shared by a batch gets one product over all rows. */
function matrixProduct(step: BackwardStep): readonly (() => Value)[] {
  const [a, b] = [inputOf(step.node, 0), inputOf(step.node, 1)];
  const gradient = materialize(step);
  const batch = step.output.shape.slice(0, -2);
  return [
    () => {
      const full = matmul(gradient, transposeLast(b));
      return unbroadcast(full, [...batch, ...a.shape.slice(-2)], a.shape);
    },
    () => {
      if (b.shape.length === 2) return matmul(transposeLast(flatten(a)), flatten(gradient));
      const full = isTransposed(b)
        ? transposeLast(matmul(transposeLast(gradient), a))
        : matmul(transposeLast(a), gradient);
      return unbroadcast(full, [...batch, ...b.shape.slice(-2)], b.shape);
    },
  ];
}

/** Rules for matrix products. */
export const matmulRules = { MatMul: matrixProduct } satisfies Record<string, BackwardRule>;
