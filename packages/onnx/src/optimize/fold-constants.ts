import type { TensorData } from "../graph/dtype.ts";
import { openSession } from "../session.ts";
import type { Constants } from "./constants.ts";
import type { EditableGraph, EditableNode } from "./editable-graph.ts";

/** Results above this are cheaper to compute when a network is opened than to store. */
const STORED_NUMBERS_MAX = 1 << 16;
const FLOAT16 = 10;

/** Operations whose result is another every time, or that hold graphs. */
const NEVER: ReadonlySet<string> = new Set([
  "RandomNormal",
  "RandomUniform",
  "RandomNormalLike",
  "RandomUniformLike",
  "Multinomial",
  "Bernoulli",
  "Loop",
  "If",
  "Scan",
]);

/** The bytes of a network that computes some nodes of a graph from its small constants, as values of the given names. */
export type EncodeNodes = (nodes: readonly EditableNode[], outputs: readonly string[]) => Uint8Array;

/**
 * Computes once what depends on small constants only, with ONNX Runtime itself, and stores it. Weights that are stored
 * as float16 stay so. Returns how many nodes went.
 */
export async function foldConstants(graph: EditableGraph, constants: Constants, encode: EncodeNodes): Promise<number> {
  const foldable = foldableNodes(graph, constants);
  if (foldable.length === 0) return 0;
  const outputs = foldable.flatMap((node) => node.outputs.filter((output) => output !== ""));
  const session = await openSession(encode(foldable, outputs), { threads: 1 });
  let results: Record<string, TensorData>;
  try {
    results = await session.run({});
  } finally {
    await session.release();
  }
  let folded = 0;
  for (const node of foldable) {
    const computed = node.outputs.map((output) => results[output]);
    if (computed.some((tensor) => tensor === undefined || tensor.data.length > STORED_NUMBERS_MAX)) continue;
    graph.remove(node);
    folded++;
    node.outputs.forEach((output, i) => {
      const data = computed[i];
      if (data !== undefined) graph.weights.set(output, { kind: "made", data });
    });
  }
  graph.prune();
  return folded;
}

/** Nodes all of whose inputs are small constants or computed by such nodes, in order. */
function foldableNodes(graph: EditableGraph, constants: Constants): readonly EditableNode[] {
  const known = new Set<string>();
  const found: EditableNode[] = [];
  for (const node of graph.sorted()) {
    if (node.op === "Constant" || NEVER.has(node.op) || node.outputs.some((output) => graph.isKept(output))) continue;
    const isKnown = (input: string) =>
      input === "" || known.has(input) || (constants.tensor(input) !== null && !isStoredHalf(graph, input));
    if (node.inputs.length === 0 || !node.inputs.every(isKnown)) continue;
    found.push(node);
    for (const output of node.outputs) known.add(output);
  }
  return found;
}

function isStoredHalf(graph: EditableGraph, value: string): boolean {
  const weight = graph.weights.get(value);
  return weight?.kind === "original" && weight.tensor.dataType === FLOAT16;
}
