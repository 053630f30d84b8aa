import { MezzotintError } from "@mezzotint/contracts/errors";
import { fromFloat16 } from "../float16.ts";
import { labelOfFile } from "./byte-source.ts";
import { checkModelFile } from "./check-model.ts";
import type { OnnxTensor } from "./onnx-model.ts";
import { openWeights } from "./weight-bytes.ts";

const FLOAT = 1;
const FLOAT16 = 10;

/**
 * The weights of an ONNX file by name, float32 and float16 ones as float32; others are left out. Throws MODEL_UNAVAILABLE
 * or MODEL_CORRUPT as `checkModelFile` does.
 */
export function readFloatWeights(file: string): ReadonlyMap<string, Float32Array> {
  const { graph } = checkModelFile(file);
  const reader = openWeights(file);
  try {
    const floats = graph.initializers.filter(({ dataType }) => dataType === FLOAT || dataType === FLOAT16);
    return new Map(floats.map((tensor) => [tensor.name, toFloats(file, tensor, reader.chunks(tensor))]));
  } finally {
    reader.close();
  }
}

function toFloats(file: string, { name, dataType, shape }: OnnxTensor, chunks: Iterable<Uint8Array>): Float32Array {
  // A copy, because views of two and four bytes need an aligned start.
  const { buffer } = Uint8Array.from(Buffer.concat([...chunks]));
  const values = dataType === FLOAT16 ? fromFloat16(new Uint16Array(buffer)) : new Float32Array(buffer);
  const count = shape.reduce((product, size) => product * size, 1);
  if (values.length === count) return values;
  throw new MezzotintError(
    "MODEL_CORRUPT",
    `model ${labelOfFile(file)}: weight ${name} has ${values.length} of ${count} numbers`,
  );
}
