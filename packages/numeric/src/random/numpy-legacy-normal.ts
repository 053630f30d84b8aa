import { createMt19937, restoreMt19937, type Mt19937 } from "./mt19937.ts";
import type { Mt19937NormalState, NormalGenerator } from "./normal-generator.ts";

/** The largest seed that NumPy takes. */
export const NUMPY_SEED_MAX = 0xffff_ffffn;

/**
 * The generator behind `numpy.random.RandomState(seed).randn`, rounded to float32: MT19937 and the polar method in
 * double precision. Throws RangeError for a seed beyond 32 bits, as NumPy does. Marsaglia & Bray 1964, "A convenient
 * method for generating normal variables", SIAM Review 6(3).
 */
export function createNumpyLegacyNormal(seed: bigint): NormalGenerator {
  if (seed < 0n || seed > NUMPY_SEED_MAX) {
    throw new RangeError(`numpy-legacy seed: NumPy takes 0 to ${NUMPY_SEED_MAX}, got ${seed}`);
  }
  return generatorFrom(createMt19937(seed), null);
}

/** The generator that continues where `state` was taken. Throws RangeError for a state that is none. */
export function restoreNumpyLegacyNormal(state: Mt19937NormalState<"numpy-legacy">): NormalGenerator {
  return generatorFrom(restoreMt19937(state.engine), state.spare);
}

function generatorFrom(engine: Mt19937, firstSpare: number | null): NormalGenerator {
  let spare = firstSpare;

  function next(): number {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    for (;;) {
      const first = 2 * uniform53(engine) - 1;
      const second = 2 * uniform53(engine) - 1;
      const square = first * first + second * second;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = factor * first;
      return factor * second;
    }
  }

  return {
    normal(shape) {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
      for (let i = 0; i < values.length; i++) values[i] = next();
      return values;
    },
    state: () => ({ generator: "numpy-legacy", engine: engine.state(), spare }),
  };
}

/** 27 and 26 bits of two draws, the upper ones first, as a double in [0, 1). */
function uniform53(engine: Mt19937): number {
  const high = engine.next() >>> 5;
  return (high * 2 ** 26 + (engine.next() >>> 6)) * 2 ** -53;
}
