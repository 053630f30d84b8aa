import { MezzotintError } from "@mezzotint/contracts/errors";
import { formatShape } from "../graph/dim.ts";
import { labelOfFile } from "./byte-source.ts";
import { checkModelFile } from "./check-model.ts";
import { countNonFinite, type NonFinite } from "./count-non-finite.ts";
import { tensorsOf, type OnnxTensor } from "./onnx-model.ts";
import { openWeights } from "./weight-bytes.ts";

/** What a network that is as it should be holds. */
export interface VerifiedNetwork {
  readonly nodes: number;
  readonly weights: number;
  /** Numbers in all weights. */
  readonly parameters: number;
}

/**
 * Checks an ONNX file as `checkModelFile` does and reads every weight once.
 * Throws MODEL_UNAVAILABLE or MODEL_CORRUPT with the numbers, also for weights that are not finite.
 */
export function verifyModelFile(file: string): VerifiedNetwork {
  const model = checkModelFile(file);
  const reader = openWeights(file);
  let weights = 0;
  let parameters = 0;
  try {
    for (const tensor of tensorsOf(model)) {
      const count = tensor.shape.reduce((product, size) => product * size, 1);
      refuseNonFinite(file, { tensor, count, found: countNonFinite(tensor.dataType, reader.chunks(tensor)) });
      weights++;
      parameters += count;
    }
  } finally {
    reader.close();
  }
  return { nodes: model.graph.nodes.length, weights, parameters };
}

interface Finding {
  readonly tensor: OnnxTensor;
  readonly count: number;
  readonly found: NonFinite;
}

/** Minus infinity is what masks of attention hold, and a single infinity is the open end of a range. */
function refuseNonFinite(file: string, { tensor, count, found }: Finding): void {
  const { nan, positiveInfinity, negativeInfinity } = found;
  const wrong = nan + (count > 1 ? positiveInfinity : 0);
  if (wrong === 0) return;
  const numbers = `${nan} of ${count} are not numbers, ${positiveInfinity + negativeInfinity} infinite`;
  const weight = `weight ${tensor.name} ${formatShape(tensor.shape)}`;
  throw new MezzotintError("MODEL_CORRUPT", `model ${labelOfFile(file)}: ${weight}: ${numbers}`);
}
