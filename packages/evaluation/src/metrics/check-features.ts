import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";

/** Throws INVALID_INPUT unless `features` [n, d] has at least `least` samples, at least 1 dimension and finite numbers. */
export function checkFeatures(features: Matrix, label: string, least: number): void {
  const { rows, columns, data } = features;
  if (rows < least) {
    throw new MezzotintError("INVALID_INPUT", `${label}: needs at least ${least} samples, got ${rows}`);
  }
  if (columns < 1) throw new MezzotintError("INVALID_INPUT", `${label}: ${rows} samples of 0 dimensions`);
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      const place = `sample ${Math.floor(i / columns)}, dimension ${i % columns}`;
      throw new MezzotintError("INVALID_INPUT", `${label}: ${place} of ${rows} x ${columns} is ${data[i]}`);
    }
  }
}

/** Throws INVALID_INPUT unless both sets pass `checkFeatures` and have the same number of dimensions. */
export function checkFeaturePair(samples: Matrix, reference: Matrix, least: number): void {
  checkSameDimensions(samples.columns, reference.columns);
  checkFeatures(samples, "samples", least);
  checkFeatures(reference, "reference", least);
}

/** Throws INVALID_INPUT when two sets do not have the same number of dimensions. */
export function checkSameDimensions(samples: number, reference: number): void {
  if (samples === reference) return;
  throw new MezzotintError(
    "INVALID_INPUT",
    `features: samples have ${samples} dimensions, the reference has ${reference}`,
  );
}
