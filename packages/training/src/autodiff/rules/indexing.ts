import { intAttribute } from "@mezzotint/onnx/graph/attribute";
import type { Value } from "@mezzotint/onnx/graph";
import { expand } from "@mezzotint/onnx/graph/ops/expand";
import { scatterAdd } from "@mezzotint/onnx/graph/ops/indexing";
import { pad, transpose } from "@mezzotint/onnx/graph/ops/shape";
import type { BackwardRule, BackwardStep } from "../rule.ts";
import { inputOf, materialize, staticShape } from "../rule.ts";

/** The gradient of one constant row: zeros before and after it. */
function padRow(step: BackwardStep, axis: number, row: number): Value {
  const data = inputOf(step.node, 0);
  const size = staticShape(data)[axis] ?? 1;
  const amounts = data.shape.map((_, index) => (index === axis ? ([row, size - row - 1] as const) : ([0, 0] as const)));
  return pad(materialize(step), amounts);
}

/** Rows that were read several times receive the sum of their gradients. */
function rows(step: BackwardStep): readonly (() => Value)[] {
  const { node } = step;
  const [data, ids] = [inputOf(node, 0), inputOf(node, 1)];
  const axis = intAttribute(node, "axis", 0);
  const stored = ids.graph.storedTensor(ids);
  if (stored?.data.length === 1 && ids.shape.length === 1) return [() => padRow(step, axis, Number(stored.data[0]))];
  return [
    () => {
      const idAxes = ids.shape.map((_, index) => axis + index);
      const others = step.output.shape.map((_, index) => index).filter((index) => !idAxes.includes(index));
      const updates = transpose(materialize(step), [...idAxes, ...others]);
      const front = [axis, ...data.shape.map((_, index) => index).filter((index) => index !== axis)];
      const zeros = expand(
        data.graph.scalar(0, data.dtype),
        front.map((index) => data.shape[index] ?? 1),
      );
      const inverse = front.map((_, index) => front.indexOf(index));
      return transpose(scatterAdd(zeros, ids, updates), inverse);
    },
  ];
}

/** Rules for operations that read by index. */
export const indexingRules = { Gather: rows } satisfies Record<string, BackwardRule>;
