import { Graph, type Value } from "@mezzotint/onnx/graph";
import { openSession, type Feeds, type TensorData } from "@mezzotint/onnx/session";
import { writeModel } from "@mezzotint/onnx/write-model";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { ParameterArena } from "../optimizer/parameter-arena.ts";
import type { WeightSource } from "../trainer/export-scope.ts";
import { createParameterScope, parameterInputName, type ParameterScope } from "../trainer/parameter-scope.ts";

/** The averaged weights of a training under way. */
export function averagedWeights(arena: ParameterArena): WeightSource {
  return (name) => arena.view("ema", name);
}

export interface ForwardOptions<Output extends string> {
  readonly threads: number;
  /** Declares inputs and returns the named results. */
  readonly build: (graph: Graph, p: ParameterScope) => Readonly<Record<Output, Value>>;
}

export interface ForwardSession<Output extends string> {
  run(weights: WeightSource, feeds: Feeds): Promise<Record<Output, Float32Array>>;
  release(): Promise<void>;
}

/** Opens a model function for looking at a training under way: weights are fed at every run. */
export async function openForward<Output extends string>(
  options: ForwardOptions<Output>,
): Promise<ForwardSession<Output>> {
  const graph = new Graph("forward");
  const shapes = new Map<string, readonly number[]>();
  const scope = createParameterScope(({ name, shape }) => {
    shapes.set(name, shape);
    return graph.input(parameterInputName(name), "float32", shape);
  });
  const results = options.build(graph, scope);
  for (const [name, value] of Object.entries<Value>(results)) graph.output(value, name);
  const session = await openSession(writeModel(graph), { threads: options.threads, memoryPattern: false });
  return {
    run: async (weights, feeds) => {
      const parameters = Array.from(shapes, ([name, shape]): [string, TensorData] => [
        parameterInputName(name),
        { dtype: "float32", shape, data: weights(name) },
      ]);
      const outputs = await session.run({ ...feeds, ...Object.fromEntries(parameters) });
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { data }]) => {
          if (data instanceof Float32Array) return [name, data];
          throw new MezzotintError("INTERNAL", `forward: ${name} is not float32`);
        }),
      ) as Record<Output, Float32Array>;
    },
    release: () => session.release(),
  };
}
