import { openFileSource } from "../model/byte-source.ts";
import { checkModelFile } from "../model/check-model.ts";
import type { OnnxTensor } from "../model/onnx-model.ts";
import { openWeights, type WeightReader } from "../model/weight-bytes.ts";
import { constantsOf } from "./constants.ts";
import { EditableGraph } from "./editable-graph.ts";
import { foldConstants } from "./fold-constants.ts";
import { fuseAttention } from "./fuse-attention.ts";
import { fuseRmsNorm } from "./fuse-rms-norm.ts";
import { halveWeights } from "./halve-weights.ts";
import { ranksOf } from "./ranks.ts";
import { encodeNodes, writeEditedModel } from "./write-edited-model.ts";

export interface OptimizeOptions {
  /** Whether large weights are stored as float16. */
  readonly halve: boolean;
}

/** What was changed, and how many nodes there were and are. */
export interface OptimizedModel {
  readonly nodesBefore: number;
  readonly nodesAfter: number;
  readonly folded: number;
  readonly attentions: number;
  readonly norms: number;
  readonly halved: number;
}

/**
 * Rewrites an ONNX file for ONNX Runtime: folds constants, fuses attention and root mean square normalization, and stores
 * weights as float16 on request. The result computes the same up to rounding; whoever keeps it compares pictures first.
 * Throws as `checkModelFile` does, and UNSUPPORTED for weights that lie where they cannot be followed.
 */
export async function optimizeModelFile(
  file: string,
  target: string,
  { halve }: OptimizeOptions,
): Promise<OptimizedModel> {
  const model = checkModelFile(file);
  const source = openFileSource(file);
  const reader = openWeights(file);
  try {
    const graph = new EditableGraph(model);
    const constants = constantsOf(graph, reader);
    const encode = (nodes: Parameters<typeof encodeNodes>[2]["nodes"], outputs: readonly string[]) =>
      encodeNodes(graph, source, { nodes, outputs, constant: (name) => constants.tensor(name) });
    const folded = await foldConstants(graph, constants, encode);
    const after = constantsOf(graph, reader);
    const norms = fuseRmsNorm(graph, after, ranksOf(graph, after, source));
    const attentions = fuseAttention(graph, after);
    graph.prune();
    const fits = (name: string): boolean => {
      const weight = graph.weights.get(name);
      return weight?.kind === "original" && fitsFloat16(weight.tensor, reader);
    };
    const halved = halve ? halveWeights(graph, fits) : 0;
    writeEditedModel(graph, { source, reader }, target);
    const nodesAfter = graph.nodes.length;
    return { nodesBefore: model.graph.nodes.length, nodesAfter, folded, attentions, norms, halved };
  } finally {
    reader.close();
    source.close();
  }
}

const FLOAT16_MAX = 65_504;

function fitsFloat16(tensor: OnnxTensor, reader: WeightReader): boolean {
  if (tensor.place.kind === "listed") return false;
  for (const { buffer, byteOffset, byteLength } of reader.chunks(tensor)) {
    const numbers = new Float32Array(buffer as ArrayBuffer, byteOffset, byteLength / 4);
    for (let i = 0; i < numbers.length; i++) if (!(Math.abs(numbers[i] as number) <= FLOAT16_MAX)) return false;
  }
  return true;
}
