/** Random numbers that depend on nothing but the keys the stream was opened with and how many were drawn. */
export interface RandomStream {
  /** An integer in [0, 2^32). */
  uint32(): number;
  /** A number in [0, 1) with 53 random bits. */
  uniform(): number;
  /** An integer in [0, bound). */
  integer(bound: number): number;
  /** A draw from the standard normal distribution. */
  normal(): number;
  fillNormal(target: Float32Array, std?: number): void;
}

/**
 * Opens the stream that belongs to `keys`, for instance (seed, "batch", step): equal keys give equal numbers, others
 * give independent ones. Not for the noise of generated pictures, which follows the generators in packages/numeric.
 * Generator: xoshiro128** (Blackman and Vigna, 2018), state from the murmur3 finaliser over the keys.
 */
export function randomStream(...keys: readonly (number | string)[]): RandomStream {
  const state = Uint32Array.from([1, 2, 3, 4], (lane) => hashKeys(keys, lane));
  const uint32 = () => xoshiro(state);
  const uniform = () => ((uint32() >>> 5) * 67_108_864 + (uint32() >>> 6)) / 9_007_199_254_740_992;
  let spare: number | undefined;
  const normal = () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return {
    uint32,
    uniform,
    integer: (bound) => Math.floor(uniform() * bound),
    normal,
    fillNormal: (target, std = 1) => {
      for (let index = 0; index < target.length; index++) target[index] = std * normal();
    },
  };
}

function xoshiro(state: Uint32Array): number {
  const s0 = state[0] as number;
  const s1 = state[1] as number;
  const s2 = state[2] as number;
  const s3 = state[3] as number;
  const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
  const third = s2 ^ s0;
  const fourth = s3 ^ s1;
  state[0] = s0 ^ fourth;
  state[1] = s1 ^ third;
  state[2] = third ^ (s1 << 9);
  state[3] = rotateLeft(fourth, 11);
  return result;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** Numbers enter as the two halves of their float64, strings as their UTF-16 units, each with its length or kind. */
function hashKeys(keys: readonly (number | string)[], lane: number): number {
  let hash = Math.imul(lane, 0x9e3779b9);
  for (const key of keys) {
    const words =
      typeof key === "number"
        ? [1, ...new Uint32Array(Float64Array.of(key).buffer)]
        : [2, key.length, ...Array.from(key, (_, index) => key.charCodeAt(index))];
    for (const word of words) hash = mix(Math.imul(hash, 31) ^ mix(word + 0x9e3779b9));
  }
  return hash >>> 0;
}

/** The 32-bit finaliser of murmur3: a bijection in which every input bit reaches every output bit. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
