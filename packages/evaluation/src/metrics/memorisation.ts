import { createHash } from "node:crypto";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { checkFeaturePair } from "./check-features.ts";
import { smallest } from "./neighbours.ts";
import { selectRows } from "./select-rows.ts";
import { squaredDistances } from "./squared-distances.ts";

/** A sample counts as a copy when its nearest training picture is this many times nearer than the second nearest. */
const RATIO = 1 / 3;

export interface Memorisation {
  /** 1 for each sample that is a copy, else 0. */
  readonly copied: Float64Array;
  /** The training picture nearest to each sample, its distance, and that over the distance to the next one. */
  readonly nearest: readonly { readonly place: number; readonly distance: number; readonly ratio: number }[];
}

/**
 * Tells which samples [n, d] are copies of training pictures [m, d]: |x - first| < |x - second| / 3 for the two nearest of
 * them, where training pictures with equal features count as one. Throws INVALID_INPUT unless there are 2 different ones.
 * Source: Yoon et al. 2023, "Diffusion Probabilistic Models Generalize when They Fail to Memorize"; Gu et al. 2023
 * (arXiv 2310.02664), section 3.
 */
export function findMemorised(samples: Matrix, training: Matrix): Memorisation {
  checkFeaturePair(samples, training, 1);
  const kept = differentRows(training);
  if (kept.length < 2) {
    const found = `${kept.length} among ${training.rows}`;
    throw new MezzotintError("INVALID_INPUT", `memorisation: needs 2 different training pictures, got ${found}`);
  }
  const different = kept.length === training.rows ? training : selectRows(training, kept);
  const copied = new Float64Array(samples.rows);
  const nearest: { place: number; distance: number; ratio: number }[] = [];
  for (const { row, distances } of squaredDistances(samples, different)) {
    const { values, places } = smallest(distances, 2, () => false);
    const [first, second] = [Math.sqrt(values[0] as number), Math.sqrt(values[1] as number)];
    const ratio = second === 0 ? 1 : first / second;
    copied[row] = ratio < RATIO ? 1 : 0;
    nearest.push({ place: kept[places[0] as number] as number, distance: first, ratio });
  }
  return { copied, nearest };
}

/** The first of every set of equal rows. */
function differentRows({ rows, columns, data }: Matrix): number[] {
  const known = new Set<string>();
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) {
    const own = data.subarray(row * columns, (row + 1) * columns);
    const bytes = new Uint8Array(own.buffer, own.byteOffset, own.byteLength);
    const key = createHash("sha256").update(bytes).digest("base64");
    if (known.has(key)) continue;
    known.add(key);
    kept.push(row);
  }
  return kept;
}
