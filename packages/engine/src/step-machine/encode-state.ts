import { crc32 } from "node:zlib";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { NormalGeneratorState } from "@mezzotint/numeric/random/normal-generator";
import type { PictureState } from "./picture-state.ts";
import { STATE_FORMAT, type StateHeader } from "./state-format.ts";

/**
 * A state as bytes, from which `decodeState` makes an equal one in any process. `tag` says whose it is, a recipe's id
 * for one; decoding asks for it again. The layout stands in state-format.ts.
 */
export function encodeState(state: PictureState, tag: string): Uint8Array {
  const floats = [state.sample, ...state.history, ...state.memory, ...optionalArrays(state), ...dataOf(state.made)];
  const words = wordsOf(state.generator);
  const header: StateHeader = {
    tag,
    index: state.index,
    lengths: floats.map(({ length }) => length),
    history: state.history.length,
    memory: state.memory.length,
    beside: state.beside !== null,
    held: state.held !== null,
    made: state.made.map(({ shape }) => [...shape]),
    generator: withoutWords(state.generator),
    words: words.length,
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const numbers = words.length + floats.reduce((sum, { length }) => sum + length, 0);
  const { magic, version, prefixBytes, checkBytes } = STATE_FORMAT;
  const bytes = new Uint8Array(prefixBytes + text.length + 4 * numbers + checkBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, version, true);
  view.setUint32(8, text.length, true);
  bytes.set(text, prefixBytes);
  let at = prefixBytes + text.length;
  for (const word of words) {
    view.setUint32(at, word, true);
    at += 4;
  }
  for (const array of floats) {
    for (const value of array) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  view.setUint32(at, crc32(bytes.subarray(0, at)), true);
  return bytes;
}

function optionalArrays({ beside, held }: PictureState): Float32Array[] {
  return [...(beside === null ? [] : [beside]), ...(held === null ? [] : [held.original, held.noise])];
}

function dataOf(made: readonly NdArray[]): Float32Array[] {
  return made.map(({ data }) => data);
}

function wordsOf(generator: NormalGeneratorState): readonly number[] {
  return generator.generator === "philox" ? [] : generator.engine.words;
}

/** The many words of a Mersenne Twister stand behind the header, four bytes each. */
function withoutWords(generator: NormalGeneratorState): StateHeader["generator"] {
  if (generator.generator === "philox") return generator;
  const { generator: id, spare, engine } = generator;
  return { generator: id, spare, position: engine.position };
}
