import type { FeatureExtractor } from "@mezzotint/evaluation/extractors/feature-extractor";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";

/** Features f32 [n, d] of pictures u8 RGB [side, side, 3] by an extractor, batch by batch. */
export async function embedDrawings(
  extractor: FeatureExtractor,
  pictures: readonly Uint8Array[],
  side: number,
): Promise<Matrix> {
  const { dimensions } = extractor.protocol;
  const data = new Float32Array(pictures.length * dimensions);
  for (let start = 0; start < pictures.length; start += extractor.batchSize) {
    const batch = pictures.slice(start, start + extractor.batchSize);
    const prepared = batch.map((pixels) => extractor.prepare({ data: pixels, width: side, height: side }));
    data.set((await extractor.run(prepared)).data, start * dimensions);
  }
  return matrix(pictures.length, dimensions, data);
}
