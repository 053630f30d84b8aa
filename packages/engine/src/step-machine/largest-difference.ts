import type { Answer } from "./company.ts";

/**
 * The largest absolute difference between answers given alone and given together, and the largest absolute value of
 * those alone. Infinite where an answer is
 * missing or not a number.
 */
export function largestDifference(
  alone: readonly Answer[],
  together: readonly Answer[],
): { readonly difference: number; readonly scale: number } {
  let difference = 0;
  let scale = 0;
  for (const [i, answer] of alone.entries()) {
    const other = together[i];
    if (other === undefined || "error" in other || "error" in answer) return { difference: Infinity, scale };
    for (const [row, values] of answer.outputs.entries()) {
      for (const [at, value] of values.entries()) {
        const distance = Math.abs(value - (other.outputs[row]?.[at] ?? Number.NaN));
        if (!(distance <= difference)) difference = Number.isNaN(distance) ? Infinity : distance;
        scale = Math.max(scale, Math.abs(value));
      }
    }
  }
  return { difference, scale };
}
