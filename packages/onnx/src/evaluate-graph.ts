import type { TensorData } from "./graph/dtype.ts";
import type { Value } from "./graph/graph.ts";
import { invalidInput } from "./graph/invalid-input.ts";
import type { Feeds } from "./session.ts";
import { openSession } from "./session.ts";
import { writeModel } from "./write-model.ts";

/** Computes values of one graph once: writes the model, runs it on the CPU and releases it. Returns them in order. */
export async function evaluateGraph(values: readonly Value[], feeds: Feeds = {}): Promise<readonly TensorData[]> {
  const [first] = values;
  if (first === undefined) throw invalidInput("evaluate: needs at least one value, got 0");
  const inputs = first.graph.inputs.filter(({ name }) => Object.hasOwn(feeds, name));
  const session = await openSession(writeModel(first.graph, { outputs: values, inputs }), { threads: 1 });
  try {
    const results = await session.run(feeds);
    return values.map(({ name }) => {
      const result = results[name];
      if (result === undefined) throw invalidInput(`evaluate: the output ${name} is missing`);
      return result;
    });
  } finally {
    await session.release();
  }
}
