import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { checkFeatures, checkSameDimensions } from "./check-features.ts";

/**
 * The cosine of each image's embedding [n, d] with the embedding [n, d] of its own text, in [-1, 1]: the raw figure that
 * is stored. Throws INVALID_INPUT when numbers or dimensions differ, or an embedding is zero.
 */
export function pairedCosines(images: Matrix, texts: Matrix): Float64Array {
  checkSameDimensions(images.columns, texts.columns);
  if (images.rows !== texts.rows) {
    throw new MezzotintError("INVALID_INPUT", `CLIP score: ${images.rows} images for ${texts.rows} texts`);
  }
  checkFeatures(images, "image embeddings", 1);
  checkFeatures(texts, "text embeddings", 1);
  return Float64Array.from({ length: images.rows }, (_, row) => {
    let [product, image, text] = [0, 0, 0];
    for (let at = row * images.columns; at < (row + 1) * images.columns; at++) {
      const [x, y] = [images.data[at] as number, texts.data[at] as number];
      product += x * y;
      image += x * x;
      text += y * y;
    }
    if (image === 0 || text === 0) throw new MezzotintError("INVALID_INPUT", `CLIP score: embedding ${row} is zero`);
    return product / Math.sqrt(image * text);
  });
}

/** 100 cos, of which torchmetrics clamps the mean; or Hessel's w = 2.5 max(cos, 0), clamped for each image. */
export const CLIP_SCORE_CONVENTIONS = ["hundred-cosine", "hessel"] as const;
export type ClipScoreConvention = (typeof CLIP_SCORE_CONVENTIONS)[number];

export interface ClipScore {
  readonly mean: number;
  /** One a picture, each clamped at 0: 0 to 100, or 0 to 2.5 for Hessel's. */
  readonly perImage: Float64Array;
}

/**
 * The CLIP score of stored cosines. The mean of "hundred-cosine" is max(mean of 100 cos, 0), which is less than the mean
 * of its clamped images when some cosines are negative. Throws INVALID_INPUT for no cosines.
 * Source: Hessel et al. 2021 (arXiv 2104.08718); torchmetrics, CLIPScore.
 */
export function clipScore(cosines: Float64Array, convention: ClipScoreConvention): ClipScore {
  if (cosines.length === 0) throw new MezzotintError("INVALID_INPUT", "CLIP score: needs at least 1 image, got 0");
  const scale = convention === "hessel" ? 2.5 : 100;
  const perImage = cosines.map((cosine) => scale * Math.max(cosine, 0));
  const averaged = convention === "hessel" ? perImage : cosines.map((cosine) => scale * cosine);
  const mean = averaged.reduce((sum, value) => sum + value, 0) / cosines.length;
  return { mean: Math.max(mean, 0), perImage };
}
