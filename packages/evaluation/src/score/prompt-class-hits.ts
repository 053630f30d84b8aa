import { promptClass } from "../metrics/prompt-class.ts";

/** The classes of a segmenter. */
export interface LabelClasses {
  readonly classes: readonly string[];
  readonly background: number | null;
}

/** Label maps [n] of numbers below the number of classes, and the class that each picture should show, or null. */
export interface ClassedMaps {
  readonly maps: readonly ArrayLike<number>[];
  readonly wanted: readonly (string | null)[];
}

export interface PromptClassHits {
  /** The pictures, by number, whose class the segmenter knows; the others are not judged. */
  readonly rows: readonly number[];
  /** For each of these 1 where the picture shows its class, else 0. */
  readonly values: Float64Array;
  /**
   * The share of real pictures that show theirs, each class weighing as much as among the judged pictures: no generated
   * picture can be expected to do better. Undefined where real pictures of one of the classes are missing.
   */
  readonly ceiling: number | undefined;
}

/**
 * Whether pictures show the class they should, by the label maps of a segmenter: by covering more than every other class
 * but the background (`largest`), or at least 1 % of the pixels (`present`).
 */
export function promptClassHits(
  pictures: ClassedMaps,
  real: ClassedMaps,
  { classes, convention }: { readonly classes: LabelClasses; readonly convention: string | null },
): PromptClassHits {
  const judged = judge(pictures, classes, convention);
  const known = judge(real, classes, convention);
  const byClass = new Map<number, { hits: number; count: number }>();
  for (const { label, hit } of known) {
    const { hits, count } = byClass.get(label) ?? { hits: 0, count: 0 };
    byClass.set(label, { hits: hits + hit, count: count + 1 });
  }
  const best = judged.map(({ label }) => {
    const of = byClass.get(label);
    return of === undefined ? Number.NaN : of.hits / of.count;
  });
  const ceiling = best.reduce((sum, share) => sum + share, 0) / best.length;
  return {
    rows: judged.map(({ row }) => row),
    values: Float64Array.from(judged, ({ hit }) => hit),
    ceiling: Number.isFinite(ceiling) ? ceiling : undefined,
  };
}

function judge({ maps, wanted }: ClassedMaps, { classes, background }: LabelClasses, convention: string | null) {
  return maps.flatMap((map, row) => {
    const label = classes.indexOf(wanted[row] ?? "");
    if (label === -1 || label === background) return [];
    const found = promptClass(map, { label, classes: classes.length, background });
    return [{ row, label, hit: Number(convention === "present" ? found.present : found.largest) }];
  });
}
