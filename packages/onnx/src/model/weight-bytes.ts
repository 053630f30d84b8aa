import { openFileSource, type ByteSource } from "./byte-source.ts";
import { resolveExternalData } from "./external-data.ts";
import type { OnnxTensor } from "./onnx-model.ts";

const CHUNK_BYTES = 1 << 24;

/** Reads the numbers of weights of one network, in pieces; files beside it are opened when first needed. */
export interface WeightReader {
  /** The little-endian bytes of a weight in pieces of whole elements of up to 8 bytes; none where they are listed one by one. */
  chunks(tensor: OnnxTensor): Generator<Uint8Array>;
  close(): void;
}

/** A reader of the weights of an ONNX file. Throws as `resolveExternalData` does, when a weight is asked for. */
export function openWeights(modelFile: string): WeightReader {
  const sources = new Map<string, ByteSource>();
  const sourceOf = (file: string): ByteSource => {
    const source = sources.get(file) ?? openFileSource(file);
    sources.set(file, source);
    return source;
  };
  return {
    *chunks(tensor) {
      const { place } = tensor;
      if (place.kind === "external") {
        const { file, ...span } = resolveExternalData(modelFile, tensor);
        yield* pieces(sourceOf(file), [span]);
      } else yield* pieces(sourceOf(modelFile), place.kind === "raw" ? [place.span] : place.floats);
    },
    close() {
      for (const source of sources.values()) source.close();
      sources.clear();
    },
  };
}

function* pieces(source: ByteSource, spans: readonly { readonly start: number; readonly end: number }[]) {
  for (const { start, end } of spans) {
    for (let offset = start; offset < end; offset += CHUNK_BYTES) {
      yield source.read(offset, Math.min(offset + CHUNK_BYTES, end));
    }
  }
}
