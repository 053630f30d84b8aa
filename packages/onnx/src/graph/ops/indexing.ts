import { formatShape, resolveAxis } from "../dim.ts";
import type { Value } from "../graph.ts";
import { invalidInput } from "../invalid-input.ts";

/** Rows by index, as embeddings are looked up: data [n, ...] and int64 ids [...i] on axis 0 give [...i, ...]. */
export function gather(data: Value, ids: Value, axis = 0): Value {
  const resolved = resolveAxis(axis, data.shape.length, `Gather ${formatShape(data.shape)}`);
  if (ids.dtype !== "int64") throw invalidInput(`Gather: ids must be int64, got ${ids.dtype}${formatShape(ids.shape)}`);
  const shape = [...data.shape.slice(0, resolved), ...ids.shape, ...data.shape.slice(resolved + 1)];
  const attributes = { axis: { int: resolved } };
  return data.graph.apply("Gather", [data, ids], { attributes, dtype: data.dtype, shape });
}
