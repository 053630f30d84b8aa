import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { checkSameDimensions } from "./check-features.ts";
import { pairedCosines } from "./clip-score.ts";
import { unitRows } from "./unit-rows.ts";

export interface DirectionalInput {
  /** [n, d] embeddings of the pictures, and of those they were made from. */
  readonly images: Matrix;
  readonly sourceImages: Matrix;
  /** [n, d] embeddings of what the pictures should show, and of what their sources show. */
  readonly texts: Matrix;
  readonly sourceTexts: Matrix;
}

/**
 * Whether pictures changed the way their words did: the cosine of (image - source image) with (text - source text), of
 * embeddings of unit length, one a picture, in [-1, 1]. Throws INVALID_INPUT when sizes differ, or when a picture or a
 * text is the same as its source, for then there is no direction. Source: Gal et al. 2021 (arXiv 2108.00946), equation 2.
 */
export function directionalCosines({ images, sourceImages, texts, sourceTexts }: DirectionalInput): Float64Array {
  return pairedCosines(direction(images, sourceImages, "pictures"), direction(texts, sourceTexts, "texts"));
}

function direction(target: Matrix, source: Matrix, label: string): Matrix {
  checkSameDimensions(target.columns, source.columns);
  if (target.rows !== source.rows) {
    throw new MezzotintError("INVALID_INPUT", `directions: ${target.rows} ${label} of ${source.rows} sources`);
  }
  const [to, from] = [unitRows(target, `directions of ${label}`), unitRows(source, `directions of ${label}`)];
  const { rows, columns } = to;
  const difference = to.data.map((value, i) => value - (from.data[i] as number));
  for (let row = 0; row < rows; row++) {
    const own = difference.subarray(row * columns, (row + 1) * columns);
    if (own.some((value) => Math.abs(value) > 1e-9)) continue;
    throw new MezzotintError("INVALID_INPUT", `directions: ${label} ${row} of ${rows} is the same as its source`);
  }
  return matrix(rows, columns, difference);
}
