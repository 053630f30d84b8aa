import { MezzotintError } from "@mezzotint/contracts/errors";
import { formatShape } from "../graph/dim.ts";
import { openFileSource, type ByteSource } from "./byte-source.ts";
import { bytesOfElements } from "./data-types.ts";
import { resolveExternalData } from "./external-data.ts";
import { tensorsOf, type OnnxModel, type OnnxTensor } from "./onnx-model.ts";
import { readModel } from "./read-model.ts";

/**
 * Reads the structure of an ONNX file and checks what a runtime would trust: that it is one, that every weight has the
 * bytes its shape needs, and that weights outside lie in files of the same folder. Weights themselves are not read.
 * Throws MODEL_UNAVAILABLE for a file that cannot be read, MODEL_CORRUPT with the numbers for all else.
 */
export function checkModelFile(file: string): OnnxModel {
  const source = openFileSource(file);
  try {
    refuseStandIn(source);
    const model = readModel(source);
    if (model.graph.outputs.length === 0) throw corrupt(source, "its graph has no output");
    for (const tensor of tensorsOf(model)) checkTensorBytes(source, file, tensor);
    return model;
  } finally {
    source.close();
  }
}

const LARGE_FILE_POINTER = "version https://git-lfs";

/** Files that stand where a network should: nothing, or a note of Git's large file storage. */
function refuseStandIn(source: ByteSource): void {
  if (source.sizeBytes === 0) throw corrupt(source, "the file is empty");
  const begin = source.read(0, Math.min(LARGE_FILE_POINTER.length, source.sizeBytes));
  if (Buffer.from(begin).toString("latin1") !== LARGE_FILE_POINTER) return;
  throw corrupt(
    source,
    `its ${source.sizeBytes} bytes are a Git LFS pointer, not the network: fetch what it points to`,
  );
}

function checkTensorBytes(source: ByteSource, file: string, tensor: OnnxTensor): void {
  const { name, dataType, shape, place } = tensor;
  const count = shape.reduce((product, size) => product * size, 1);
  if (shape.some((size) => size < 0) || !Number.isSafeInteger(count)) {
    throw corrupt(source, `weight ${name} has the shape ${formatShape(shape)}`);
  }
  const needed = bytesOfElements(dataType, count);
  if (place.kind === "external") {
    resolveExternalData(file, tensor);
    return;
  }
  const given = place.kind === "raw" ? place.span.end - place.span.start : listedBytes(tensor);
  if (needed === null || given === null || needed === given) return;
  throw corrupt(source, `weight ${name} ${formatShape(shape)} needs ${needed} bytes, it has ${given}`);
}

const FLOAT = 1;

/** Of float lists only; other lists hold numbers of varying length, which the runtime counts itself. */
function listedBytes({ dataType, place }: OnnxTensor): number | null {
  if (dataType !== FLOAT || place.kind !== "listed") return null;
  return place.floats.reduce((sum, { start, end }) => sum + end - start, 0);
}

function corrupt({ label }: ByteSource, reason: string): MezzotintError {
  return new MezzotintError("MODEL_CORRUPT", `model ${label}: ${reason}`);
}
