import type { NormalGenerator, PhiloxNormalState } from "./normal-generator.ts";
import { philox4x32 } from "./philox.ts";

const LANES = 4;
const TWO_POW_32 = 2 ** 32;
const round = Math.fround;
const UNIT = round(2 ** -32);
const TURN = round(2 ** -32 * round(2 * Math.PI));

export interface PhiloxOptions {
  /**
   * How many threads the GPU keeps at once: multiprocessors times threads of one (A100 221,184; H100 270,336; RTX 4090
   * 196,608; RTX 3060 43,008). A draw of more elements gives each thread several, which changes the numbers. Null, and
   * when absent: as many threads as elements, as the CPU ports of this generator in other studios have it.
   */
  readonly gridThreads?: number | null;
}

/**
 * The generator behind `torch.Generator("cuda").manual_seed(seed)`: float32 `randn` by Philox4x32-10 and Box-Muller.
 * All 64 bits of the seed count. Equal to the GPU but for its fast sine (about 1e-5): on any GPU for a draw of at most
 * its own threads, beyond that with `gridThreads` of that GPU. Throws RangeError unless `gridThreads` is a positive multiple of 256, the size of
 * a thread block. Salmon et al. 2011, SC11; Box & Muller 1958; the order of draws is that of ATen's CUDA kernels.
 */
export function createPhiloxNormal(seed: bigint, { gridThreads = null }: PhiloxOptions = {}): NormalGenerator {
  const state = { seed: BigInt.asUintN(64, seed).toString(), offset: 0, gridThreads };
  return generatorFrom({ generator: "philox", ...state });
}

/** The generator that continues where `state` was taken. Throws RangeError for a state that is none. */
export function restorePhiloxNormal(state: PhiloxNormalState): NormalGenerator {
  return generatorFrom(state);
}

const THREADS_PER_BLOCK = 256;

function generatorFrom({ seed, offset: firstOffset, gridThreads }: PhiloxNormalState): NormalGenerator {
  const limit = gridThreads ?? Number.MAX_SAFE_INTEGER;
  if (gridThreads !== null && !(gridThreads > 0 && gridThreads % THREADS_PER_BLOCK === 0)) {
    throw new RangeError(`Philox grid: expected a positive multiple of ${THREADS_PER_BLOCK} threads, got ${limit}`);
  }
  if (!Number.isSafeInteger(firstOffset) || firstOffset < 0) {
    throw new RangeError(`Philox state: expected a whole offset of at least 0, got ${firstOffset}`);
  }
  const bits = BigInt.asUintN(64, BigInt(seed));
  const key = [Number(bits & 0xffffffffn), Number(bits >> 32n)] as const;
  let offset = firstOffset;
  return {
    normal(shape) {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
      if (values.length === 0) return values;
      const threads = Math.min(limit, THREADS_PER_BLOCK * Math.ceil(values.length / THREADS_PER_BLOCK));
      fill(values, { key: [key[0], key[1]], offset, threads });
      offset += Math.ceil(values.length / (LANES * threads));
      return values;
    },
    state: () => ({ generator: "philox", seed, offset, gridThreads }),
  };
}

interface Launch {
  readonly key: readonly [number, number];
  readonly offset: number;
  readonly threads: number;
}

/** Element i belongs to thread i mod threads; a thread's block of four serves elements one grid apart. */
function fill(values: Float32Array, { key, offset, threads }: Launch): void {
  const block = new Uint32Array(LANES);
  const used = Math.min(threads, values.length);
  for (let thread = 0; thread < used; thread++) {
    for (let start = thread, pass = offset; start < values.length; start += LANES * threads, pass++) {
      block[0] = pass % TWO_POW_32;
      block[1] = Math.floor(pass / TWO_POW_32);
      block[2] = thread;
      block[3] = 0;
      philox4x32(block, key);
      const end = Math.min(values.length, start + LANES * threads);
      for (let i = start, lane = 0; i < end; i += threads, lane++) values[i] = normalOf(block, lane);
    }
  }
}

/** Lanes 0 and 2 are the sines, 1 and 3 the cosines; radius and angle are rounded to float32 as on the GPU. */
function normalOf(block: Uint32Array, lane: number): number {
  const first = lane & 2;
  const uniform = round(round(block[first] as number) * UNIT + UNIT / 2);
  const angle = round(round(block[first + 1] as number) * TURN + TURN / 2);
  const radius = Math.sqrt(-2 * Math.log(uniform));
  return radius * ((lane & 1) === 0 ? Math.sin(angle) : Math.cos(angle));
}
