import { MezzotintError } from "@mezzotint/contracts/errors";
import { createMt19937 } from "@mezzotint/numeric/random/mt19937";

/** Bytes of one random number; each of their bits is an exchange or none. */
const WORD_BYTES = 4;

export interface LabelSwapInput {
  /** Clusters of pairs whose two labels are exchanged together. */
  readonly units: number;
  /**
   * The difference of the two sides when marked units have their labels exchanged: bit i % 8 of byte i / 8 marks unit i,
   * bits behind the last unit say nothing, and the array is used again.
   */
  readonly difference: (swapped: Uint8Array) => number;
  readonly seed: bigint;
  /** Random exchanges, 999 unless told; all exchanges are tried where there are no more than that. */
  readonly permutations?: number;
}

/**
 * The two-sided p value of a difference between paired sides: how often exchanging labels within pairs, under which
 * nothing changes if the sides are alike, gives as large a difference; never 0. Throws INVALID_INPUT for no units or a
 * difference that is no number. Source: Fisher 1935; Phipson and Smyth 2010 (random exchanges).
 */
export function labelSwapTest(input: LabelSwapInput): { readonly difference: number; readonly pValue: number } {
  const { units, seed, permutations = 999 } = input;
  if (!Number.isInteger(units) || units < 1) {
    throw new MezzotintError("INVALID_INPUT", `label swap: needs at least 1 pair, got ${units}`);
  }
  const difference = checked(input, new Uint8Array(marksLength(units)));
  // Sums in another order round differently; a difference equal up to rounding counts as as large.
  const least = Math.abs(difference) * (1 - 1e-12);
  const all = units <= 30 && 2 ** units - 1 <= permutations;
  const swaps = all ? allSwaps(units) : randomSwaps(units, { seed, permutations });
  let [asLarge, tried] = [1, 1];
  for (const swapped of swaps) {
    tried++;
    if (Math.abs(checked(input, swapped)) >= least) asLarge++;
  }
  return { difference, pValue: asLarge / tried };
}

function checked({ difference, units }: LabelSwapInput, swapped: Uint8Array): number {
  const value = difference(swapped);
  if (Number.isFinite(value)) return value;
  throw new MezzotintError("INVALID_INPUT", `label swap: the difference over ${units} units is ${value}`);
}

/** Whether the marks of a label swap have this unit exchanged. */
export function isSwapped(swapped: Uint8Array, unit: number): boolean {
  return (((swapped[unit >> 3] as number) >> (unit & 7)) & 1) === 1;
}

/** Bytes of marks, in whole random numbers. */
function marksLength(units: number): number {
  return Math.ceil(units / (8 * WORD_BYTES)) * WORD_BYTES;
}

/** Every exchange but the one that exchanges nothing. */
function* allSwaps(units: number): Generator<Uint8Array> {
  for (let code = 1; code < 2 ** units; code++)
    yield Uint8Array.from({ length: WORD_BYTES }, (_, byte) => code >>> (8 * byte));
}

function* randomSwaps(
  units: number,
  { seed, permutations }: { seed: bigint; permutations: number },
): Generator<Uint8Array> {
  const generator = createMt19937(seed);
  const swapped = new Uint8Array(marksLength(units));
  for (let i = 0; i < permutations; i++) {
    for (let at = 0; at < swapped.length; at += WORD_BYTES) {
      const word = generator.next();
      for (let byte = 0; byte < WORD_BYTES; byte++) swapped[at + byte] = word >>> (8 * byte);
    }
    yield swapped;
  }
}
