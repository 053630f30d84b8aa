import type { EditableGraph } from "./editable-graph.ts";

const FLOAT32 = 1;
const NUMBERS_MIN = 1024;
/** Operations that multiply with their second input; all else keeps its precision. */
const PRODUCTS: ReadonlySet<string> = new Set(["MatMul", "Gemm", "Conv", "ConvTranspose", "Gather"]);

/**
 * Stores large weights of products and embeddings as float16 behind a cast to float32: half the file, the arithmetic as
 * before. `fits` says whether no number of a weight is too large for it. Returns how many were halved.
 */
export function halveWeights(graph: EditableGraph, fits: (name: string) => boolean): number {
  let halved = 0;
  for (const [name, weight] of graph.weights) {
    if (weight.kind !== "original" || weight.halved || weight.tensor.dataType !== FLOAT32) continue;
    const { shape } = weight.tensor;
    const consumers = graph.consumers(name);
    const isFactor =
      consumers.length > 0 &&
      consumers.every(({ op, inputs }) => PRODUCTS.has(op) && inputs[op === "Gather" ? 0 : 1] === name);
    if (!isFactor || graph.isKept(name) || shape.reduce((product, size) => product * size, 1) < NUMBERS_MIN) continue;
    if (!fits(name)) continue;
    const wide = graph.newName("wide");
    for (const node of consumers) graph.redirect(node, { from: name, to: wide });
    graph.add({ op: "Cast", inputs: [name], outputs: [wide], attributes: { to: { int: FLOAT32 } } });
    graph.weights.set(name, { ...weight, halved: true });
    halved++;
  }
  return halved;
}
