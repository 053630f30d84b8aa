import type { Dim } from "../dim.ts";
import { broadcastShapes, formatShape, sameShape } from "../dim.ts";
import type { Graph, Value } from "../graph.ts";
import { invalidInput } from "../invalid-input.ts";
import { concat } from "./shape.ts";

/** The run-time size of a plain symbol as an int64 tensor [1], read from a graph input that has it. */
function symbolSize(graph: Graph, symbol: string): Value {
  for (const input of graph.inputs) {
    const axis = input.shape.indexOf(symbol);
    if (axis >= 0) {
      const attributes = { start: { int: axis }, end: { int: axis + 1 } };
      return graph.apply("Shape", [input], { attributes, dtype: "int64", shape: [1] });
    }
  }
  throw invalidInput(`expand: no graph input has the symbolic size ${symbol}`);
}

/** x broadcast to a shape; symbolic sizes that x lacks are read from a graph input at run time. */
export function expand(x: Value, shape: readonly Dim[]): Value {
  const label = `Expand to ${formatShape(shape)}`;
  if (!sameShape(broadcastShapes(x.shape, shape, label), shape)) {
    throw invalidInput(`${label}: ${formatShape(x.shape)} does not broadcast to it`);
  }
  if (sameShape(x.shape, shape)) return x;
  const missing = shape.length - x.shape.length;
  const targets = shape.map((dim, index) => (x.shape[index - missing] === dim ? 1 : dim));
  return x.graph.apply("Expand", [x, sizesTensor(x.graph, targets)], { dtype: x.dtype, shape });
}

function sizesTensor(graph: Graph, dims: readonly Dim[]): Value {
  const sizes = dims.filter((dim) => typeof dim === "number");
  if (sizes.length === dims.length) return graph.int64(sizes);
  const parts = dims.map((dim) => (typeof dim === "number" ? graph.int64([dim]) : symbolSize(graph, dim)));
  return concat(parts, 0);
}
