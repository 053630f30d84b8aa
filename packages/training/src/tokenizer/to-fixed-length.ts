import { MezzotintError } from "@mezzotint/contracts/errors";

/**
 * Brings ids `[start, …, end]` to exactly `length` (i32 [length]): longer ones lose tokens before the end token,
 * shorter ones are padded behind it. Throws INVALID_INPUT for fewer than the two outer tokens.
 */
export function toFixedLength(ids: readonly number[], length: number, padId: number): Int32Array {
  const last = ids.at(-1);
  if (last === undefined || ids.length < 2 || length < 2) {
    throw new MezzotintError(
      "INVALID_INPUT",
      `expected at least 2 token ids and a length of 2, got ${ids.length} and ${length}`,
    );
  }
  const fixed = new Int32Array(length).fill(padId);
  fixed.set(ids.slice(0, length));
  if (ids.length > length) fixed[length - 1] = last;
  return fixed;
}
