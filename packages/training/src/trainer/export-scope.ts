import { MezzotintError } from "@mezzotint/contracts/errors";
import { toFloat16 } from "@mezzotint/onnx/float16";
import type { Graph } from "@mezzotint/onnx/graph";
import { createParameterScope, sizeOf } from "./parameter-scope.ts";
import type { ParameterScope } from "./parameter-scope.ts";

/** Values by full name: `(name) => arena.view("ema", name)`, or `values("ema", name)` of a checkpoint. */
export type WeightSource = (name: string) => Float32Array;

/**
 * A scope that puts trained weights into the graph as constants, for a model file. float16 halves the file; the graph
 * still computes in float32. Throws INVALID_INPUT if a weight has another number of elements than its declaration.
 */
export function exportScope(
  graph: Graph,
  weights: WeightSource,
  options: { readonly dtype: "float32" | "float16" },
): ParameterScope {
  return createParameterScope(({ name, shape }) => {
    const values = weights(name);
    if (values.length !== sizeOf(shape)) {
      const expected = `[${shape.join(",")}], ${sizeOf(shape)} values`;
      throw new MezzotintError("INVALID_INPUT", `weight ${name}: expected ${expected}, got ${values.length}`);
    }
    const data = options.dtype === "float16" ? toFloat16(values) : values;
    return graph.initializer(name, { dtype: options.dtype, shape, data });
  });
}
