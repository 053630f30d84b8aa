import { formatShape, resolveAxis, sameShape } from "../dim.ts";
import type { Value } from "../graph.ts";
import { invalidInput } from "../invalid-input.ts";
import { unsqueeze } from "./shape.ts";

/** Rows by index, as embeddings are looked up: data [n, ...] and int64 ids [...i] on axis 0 give [...i, ...]. */
export function gather(data: Value, ids: Value, axis = 0): Value {
  const resolved = resolveAxis(axis, data.shape.length, `Gather ${formatShape(data.shape)}`);
  if (ids.dtype !== "int64") throw invalidInput(`Gather: ids must be int64, got ${ids.dtype}${formatShape(ids.shape)}`);
  const shape = [...data.shape.slice(0, resolved), ...ids.shape, ...data.shape.slice(resolved + 1)];
  const attributes = { axis: { int: resolved } };
  return data.graph.apply("Gather", [data, ids], { attributes, dtype: data.dtype, shape });
}

/** data [n, ...] plus updates [...i, ...] added to its rows by int64 ids [...i]; repeated ids add up. */
export function scatterAdd(data: Value, ids: Value, updates: Value): Value {
  const label = `ScatterND ${formatShape(data.shape)} by ids ${formatShape(ids.shape)}`;
  if (ids.dtype !== "int64") throw invalidInput(`${label}: ids must be int64, got ${ids.dtype}`);
  if (!sameShape(updates.shape, [...ids.shape, ...data.shape.slice(1)])) {
    throw invalidInput(`${label}: updates ${formatShape(updates.shape)} do not fit`);
  }
  const attributes = { reduction: { text: "add" } };
  const indices = unsqueeze(ids, [-1]);
  return data.graph.apply("ScatterND", [data, indices, updates], { attributes, dtype: data.dtype, shape: data.shape });
}
