const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit integers, as a signed one. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + (carry >>> 16)) | 0;
}

/**
 * Philox4x32-10: replaces the counter `block` (four u32) by four random u32, under the key of two u32. A counter-based
 * generator: each counter has its own numbers, whatever was drawn before. Salmon et al. 2011, "Parallel Random Numbers:
 * As Easy as 1, 2, 3", SC11, section 3.3.
 */
export function philox4x32(block: Uint32Array, key: readonly [number, number]): void {
  let [x = 0, y = 0, z = 0, w = 0] = block;
  let [key0, key1] = key;
  for (let i = 0; i < ROUNDS; i++) {
    const high0 = multiplyHigh(MULTIPLIER_0, x);
    const high1 = multiplyHigh(MULTIPLIER_1, z);
    const low0 = Math.imul(MULTIPLIER_0, x);
    x = high1 ^ y ^ key0;
    y = Math.imul(MULTIPLIER_1, z);
    z = high0 ^ w ^ key1;
    w = low0;
    key0 = (key0 + WEYL_0) | 0;
    key1 = (key1 + WEYL_1) | 0;
  }
  block[0] = x;
  block[1] = y;
  block[2] = z;
  block[3] = w;
}
