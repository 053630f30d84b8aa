import type { NdArray } from "@mezzotint/numeric/nd-array";

const WIDTH = 256;

/**
 * The guidance strength as sines and cosines, f32[1, 256], for networks distilled with it.
 * Luo et al. 2023 (arXiv 2310.04378), section 4.1; Kingma et al. 2021 (arXiv 2107.00630) for the embedding.
 */
export function guidanceEmbedding(strength: number): NdArray {
  const half = WIDTH / 2;
  const phases = Float32Array.from(
    { length: half },
    (_, i) => strength * 1_000 * Math.exp((-i * Math.log(10_000)) / (half - 1)),
  );
  return { shape: [1, WIDTH], data: Float32Array.of(...phases.map(Math.sin), ...phases.map(Math.cos)) };
}
