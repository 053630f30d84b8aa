import type { KitExtractor } from "./kit.ts";

/** What an extractor saw in one picture, as it is kept: label maps as bytes, all else as little-endian float32. */
export function encodeSeen(kind: KitExtractor["kind"], values: Float32Array): Uint8Array {
  return kind === "segmenter" ? Uint8Array.from(values) : new Uint8Array(Float32Array.from(values).buffer);
}

export function decodeSeen(kind: KitExtractor["kind"], bytes: Uint8Array): Float32Array {
  return kind === "segmenter" ? Float32Array.from(bytes) : new Float32Array(Uint8Array.from(bytes).buffer);
}
