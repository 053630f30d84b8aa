const STATE_LENGTH = 624;
const SHIFT_LENGTH = 397;

/** The whole state of the generator as plain data: 624 words and the position of the next one. */
export interface Mt19937State {
  readonly words: readonly number[];
  readonly position: number;
}

/** A stream of uniform unsigned 32-bit integers. */
export interface Mt19937 {
  /** The next integer, 0 to 2^32 - 1. */
  next(): number;
  /** A copy of the state, from which `restoreMt19937` continues the same stream. */
  state(): Mt19937State;
}

/**
 * The Mersenne Twister MT19937, started by `init_genrand` with the low 32 bits of the seed, as torch and C++ do.
 * Matsumoto & Nishimura 1998, "Mersenne Twister", ACM TOMACS 8(1).
 */
export function createMt19937(seed: bigint): Mt19937 {
  const words = new Uint32Array(STATE_LENGTH);
  words[0] = Number(BigInt.asUintN(32, seed));
  for (let i = 1; i < STATE_LENGTH; i++) {
    const previous = words[i - 1] as number;
    words[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
  }
  return streamFrom(words, STATE_LENGTH);
}

/** A generator that continues where `state` was taken. Throws RangeError for a state that is none. */
export function restoreMt19937(state: Mt19937State): Mt19937 {
  const { words, position } = state;
  if (words.length !== STATE_LENGTH || !(position >= 0 && position <= STATE_LENGTH)) {
    const found = `${words.length} words at position ${position}`;
    throw new RangeError(`MT19937 state: expected ${STATE_LENGTH} words and a position up to them, got ${found}`);
  }
  return streamFrom(Uint32Array.from(words), position);
}

function streamFrom(words: Uint32Array, start: number): Mt19937 {
  let position = start;
  return {
    next() {
      if (position === STATE_LENGTH) {
        twist(words);
        position = 0;
      }
      return temper(words[position++] as number);
    },
    state: () => ({ words: Array.from(words), position }),
  };
}

function twist(words: Uint32Array): void {
  for (let i = 0; i < STATE_LENGTH; i++) {
    const next = words[(i + 1) % STATE_LENGTH] as number;
    const mixed = ((words[i] as number) & 0x80000000) | (next & 0x7fffffff);
    const shifted = words[(i + SHIFT_LENGTH) % STATE_LENGTH] as number;
    words[i] = shifted ^ (mixed >>> 1) ^ ((mixed & 1) === 0 ? 0 : 0x9908b0df);
  }
}

function temper(word: number): number {
  let y = word;
  y ^= y >>> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  y ^= y >>> 18;
  return y >>> 0;
}
