import type { Mt19937 } from "../random/mt19937.ts";

const WORDS = 2 ** 32;

/** A whole number from 0 to `bound` - 1, each as likely. Throws RangeError unless bound is whole and 1 to 2^32. */
export function uniformInteger(generator: Mt19937, bound: number): number {
  if (!Number.isInteger(bound) || bound < 1 || bound > WORDS) {
    throw new RangeError(`uniform integer: bound must be 1 to ${WORDS}, got ${bound}`);
  }
  for (;;) {
    const word = generator.next();
    // The multiple of the bound below the word: one division, where the remainder of so large a number costs three times that.
    const start = bound * Math.floor(word / bound);
    if (start + bound <= WORDS) return word - start;
  }
}

/** 0 to `count` - 1 in random order (Fisher and Yates; Durstenfeld 1964). */
export function shuffledIndices(generator: Mt19937, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const other = uniformInteger(generator, i + 1);
    const kept = order[i] as number;
    order[i] = order[other] as number;
    order[other] = kept;
  }
  return order;
}
