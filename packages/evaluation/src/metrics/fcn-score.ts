import { MezzotintError } from "@mezzotint/contracts/errors";

/** Pixel counts over a whole data set; two of them add up. */
export interface Confusion {
  readonly classes: number;
  /** f64 [classes, classes]: pixels of the true class (row) that were predicted as the class (column). */
  readonly counts: Float64Array;
}

export interface LabelMaps {
  /** Labels of any shape; those outside 0 to classes - 1 are not counted. */
  readonly truth: ArrayLike<number>;
  /** Labels of the same shape. */
  readonly predicted: ArrayLike<number>;
  readonly classes: number;
  /** A label that is not counted even where it is below `classes`; null when there is none. */
  readonly ignoreLabel: number | null;
}

/**
 * Counts the pixels of one or more label maps. Throws INVALID_INPUT for maps of different sizes, no classes, or a
 * prediction outside 0 to classes - 1 where the truth is counted.
 */
export function countConfusion({ truth, predicted, classes, ignoreLabel }: LabelMaps): Confusion {
  if (!Number.isInteger(classes) || classes < 1 || truth.length !== predicted.length) {
    const found = `${classes} classes, ${truth.length} true and ${predicted.length} predicted labels`;
    throw new MezzotintError("INVALID_INPUT", `label maps: need at least 1 class and equal sizes, got ${found}`);
  }
  const counts = new Float64Array(classes * classes);
  for (let i = 0; i < truth.length; i++) {
    const row = truth[i] as number;
    if (!(row >= 0 && row < classes) || row === ignoreLabel) continue;
    const column = predicted[i] as number;
    if (!(column >= 0 && column < classes)) {
      throw new MezzotintError("INVALID_INPUT", `label maps: pixel ${i} is predicted ${column} of ${classes} classes`);
    }
    counts[row * classes + column] = (counts[row * classes + column] as number) + 1;
  }
  return { classes, counts };
}

/** The pixel counts of two sets of pictures together. Throws INVALID_INPUT when their classes differ. */
export function mergeConfusions(a: Confusion, b: Confusion): Confusion {
  if (a.classes !== b.classes) {
    throw new MezzotintError("INVALID_INPUT", `label maps: ${a.classes} and ${b.classes} classes do not add up`);
  }
  return { classes: a.classes, counts: a.counts.map((count, i) => count + (b.counts[i] as number)) };
}

/** How classes without pixels count: not at all (pytorch-fcn), or as nothing right (pix2pix). */
export const FCN_CONVENTIONS = ["pytorch-fcn", "pix2pix"] as const;
export type FcnConvention = (typeof FCN_CONVENTIONS)[number];

/** All in [0, 1]. */
export interface FcnScore {
  readonly accuracy: number;
  readonly classAccuracy: number;
  readonly meanIu: number;
  /** Null in pix2pix's convention, which has none. */
  readonly frequencyWeightedIu: number | null;
}

/**
 * The four figures of a confusion matrix. Throws INVALID_INPUT when no pixel was counted.
 * Source: Long, Shelhamer, Darrell 2015 (arXiv 1411.4038), section 5; conventions of pytorch-fcn and of the evaluation
 * that came with pix2pix (Isola et al. 2017).
 */
export function fcnScore(confusion: Confusion, convention: FcnConvention): FcnScore {
  const totals = classTotals(confusion);
  const pixels = totals.reduce((sum, { truth }) => sum + truth, 0);
  if (pixels === 0) throw new MezzotintError("INVALID_INPUT", `label maps: 0 pixels in ${confusion.classes} classes`);
  const accuracy = totals.reduce((sum, { right }) => sum + right, 0) / pixels;
  const union = ({ truth, predicted, right }: ClassTotals): number => truth + predicted - right;
  if (convention === "pix2pix") {
    return {
      accuracy,
      classAccuracy: mean(totals.map((one) => (one.truth === 0 ? 0 : one.right / one.truth))),
      meanIu: mean(totals.map((one) => (union(one) === 0 ? 0 : one.right / union(one)))),
      frequencyWeightedIu: null,
    };
  }
  const present = totals.filter(({ truth }) => truth > 0);
  return {
    accuracy,
    classAccuracy: mean(present.map(({ right, truth }) => right / truth)),
    meanIu: mean(totals.filter((one) => union(one) > 0).map((one) => one.right / union(one))),
    frequencyWeightedIu: present.reduce((sum, one) => sum + ((one.truth / pixels) * one.right) / union(one), 0),
  };
}

interface ClassTotals {
  readonly truth: number;
  readonly predicted: number;
  readonly right: number;
}

function classTotals({ classes, counts }: Confusion): ClassTotals[] {
  const at = (row: number, column: number): number => counts[row * classes + column] as number;
  const all = Array.from({ length: classes }, (_, index) => index);
  return all.map((own) => ({
    truth: all.reduce((sum, other) => sum + at(own, other), 0),
    predicted: all.reduce((sum, other) => sum + at(other, own), 0),
    right: at(own, own),
  }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
