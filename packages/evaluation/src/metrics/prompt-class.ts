import { MezzotintError } from "@mezzotint/contracts/errors";

/** From this share of its pixels on a picture shows a class. */
const SHARE_LEAST = 0.01;

export interface PromptClass {
  /** Whether the class covers at least 1 % of the pixels. */
  readonly present: boolean;
  /** Whether no other class, background aside, covers more. */
  readonly largest: boolean;
  /** The share of pixels of the class, in [0, 1]. */
  readonly share: number;
}

/**
 * How far a label map shows the class its prompt asked for. Throws INVALID_INPUT for a map without pixels, a class outside
 * 0 to classes - 1, or the background as the class.
 */
export function promptClass(
  labels: ArrayLike<number>,
  wanted: { readonly label: number; readonly classes: number; readonly background: number | null },
): PromptClass {
  const { label, classes, background } = wanted;
  if (labels.length === 0 || !(label >= 0 && label < classes) || label === background) {
    const found = `class ${label} of ${classes} with background ${background} in ${labels.length} pixels`;
    throw new MezzotintError("INVALID_INPUT", `prompt class: cannot look for ${found}`);
  }
  const counts = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) counts[labels[i] as number] = (counts[labels[i] as number] as number) + 1;
  const own = counts[label] as number;
  const most = counts.reduce((best, count, other) => (other === background ? best : Math.max(best, count)), 0);
  const share = own / labels.length;
  return { present: share >= SHARE_LEAST, largest: own > 0 && own === most, share };
}
