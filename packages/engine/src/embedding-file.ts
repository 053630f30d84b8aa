import { createHash } from "node:crypto";
import { MezzotintError } from "@mezzotint/contracts/errors";

const BYTES_EACH = 4;

/** The bytes that are kept of an image embedding f32[width]: its numbers, little-endian. */
export function encodeEmbedding(embedding: Float32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(embedding.length * BYTES_EACH));
  embedding.forEach((value, i) => bytes.setFloat32(i * BYTES_EACH, value, true));
  return new Uint8Array(bytes.buffer);
}

/** The embedding f32[width] in kept bytes. Throws INVALID_INPUT for what is no whole number of numbers. */
export function decodeEmbedding(content: Uint8Array): Float32Array {
  if (content.length === 0 || content.length % BYTES_EACH !== 0) {
    const message = `imageEmbedding: expected a multiple of ${BYTES_EACH} bytes, got ${content.length}`;
    throw new MezzotintError("INVALID_INPUT", message);
  }
  const bytes = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const length = content.length / BYTES_EACH;
  return Float32Array.from({ length }, (_, i) => bytes.getFloat32(i * BYTES_EACH, true));
}

/** The SHA-256 by which recipes name an image embedding, and by which its bytes are kept. */
export function embeddingHash(embedding: Float32Array): string {
  return createHash("sha256").update(encodeEmbedding(embedding)).digest("hex");
}
