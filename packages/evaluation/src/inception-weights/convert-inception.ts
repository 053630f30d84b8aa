import { MezzotintError } from "@mezzotint/contracts/errors";
import { writeModel } from "@mezzotint/onnx/write-model";
import { inceptionGraph } from "./inception-graph.ts";
import { readTorchFile } from "./read-torch-file.ts";

/** Features of the four outputs of the published network, and its classes. */
const PUBLISHED = { features_64: 64, features_192: 192, features_768: 768, features: 2_048, logits: 1_008 } as const;

/**
 * pytorch-fid's published weights (.pth bytes) as an ONNX model. Throws INVALID_INPUT when they are not those of its
 * Inception, or hold anything but weights.
 */
export function convertInception(bytes: Uint8Array): Uint8Array {
  const graph = inceptionGraph(readTorchFile(bytes));
  for (const [name, length] of Object.entries(PUBLISHED)) {
    const found = graph.outputs.find((output) => output.name === name)?.shape[1];
    if (found === length) continue;
    throw new MezzotintError("INVALID_INPUT", `inception: ${name} has ${String(found)} values, not ${length}`);
  }
  return writeModel(graph, { metadata: { source: "pytorch-fid, Inception v3 of 2015-12-05" } });
}
