import { crc32 } from "node:zlib";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { elementCount } from "@mezzotint/numeric/nd-array";
import type { NormalGeneratorState } from "@mezzotint/numeric/random/normal-generator";
import { z } from "zod";
import { restoreGenerator } from "../random-generators.ts";
import type { PictureState } from "./picture-state.ts";
import { STATE_FORMAT, StateHeader } from "./state-format.ts";

/**
 * The state that `encodeState` made bytes of. Throws INVALID_INPUT with the numbers when they are cut off, damaged, of
 * another version, or somebody else's than `tag` says.
 */
export function decodeState(bytes: Uint8Array, tag: string): PictureState {
  const { header, numbersAt } = readHeader(bytes);
  if (header.tag !== tag) throw refusal(`expected the one of ${tag}, it is of ${header.tag}`);
  const reader = numbersOf(bytes, numbersAt);
  const words = reader.words(header.words);
  const floats = header.lengths.map((length) => reader.floats(length));
  const take = (count: number): Float32Array[] => floats.splice(0, count);
  const [sample = new Float32Array()] = take(1);
  const history = take(header.history);
  const memory = take(header.memory);
  const [beside = null] = take(header.beside ? 1 : 0);
  const [original, noise] = take(header.held ? 2 : 0);
  const made = take(header.made.length).map((data, i) => ({ shape: header.made[i] ?? [], data }));
  return {
    index: header.index,
    sample,
    history,
    memory,
    beside,
    held: original === undefined || noise === undefined ? null : { original, noise },
    made,
    generator: checkedGenerator(header.generator, words),
  };
}

interface ReadHeader {
  readonly header: StateHeader;
  /** Where the numbers begin. */
  readonly numbersAt: number;
}

function readHeader(bytes: Uint8Array): ReadHeader {
  const { magic, version, prefixBytes, checkBytes } = STATE_FORMAT;
  const least = prefixBytes + checkBytes;
  if (bytes.length < least) throw refusal(`expected at least ${least} bytes, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) throw refusal("these bytes are none");
  const found = view.getUint32(4, true);
  if (found !== version) throw refusal(`expected version ${version}, got ${found}`);
  const checkAt = bytes.length - checkBytes;
  const check = crc32(bytes.subarray(0, checkAt));
  const written = view.getUint32(checkAt, true);
  if (check !== written)
    throw refusal(`its ${bytes.length} bytes are damaged or cut off: CRC-32 ${check}, not ${written}`);
  const numbersAt = prefixBytes + view.getUint32(8, true);
  const header = parseHeader(bytes.subarray(prefixBytes, numbersAt));
  const numbers = header.words + header.lengths.reduce((sum, length) => sum + length, 0);
  const expected = numbersAt + 4 * numbers + checkBytes;
  if (expected !== bytes.length) throw refusal(`expected ${expected} bytes, got ${bytes.length}`);
  refuseCounts(header);
  return { header, numbersAt };
}

function parseHeader(text: Uint8Array): StateHeader {
  try {
    return StateHeader.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text)));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new MezzotintError("INVALID_INPUT", `state: its header says nothing: ${reason}`, { cause });
  }
}

function refuseCounts({ lengths, history, memory, beside, held, made }: StateHeader): void {
  const counted = 1 + history + memory + (beside ? 1 : 0) + (held ? 2 : 0) + made.length;
  if (counted !== lengths.length) throw refusal(`expected ${counted} arrays, got ${lengths.length}`);
  for (const [i, shape] of made.entries()) {
    const length = lengths[lengths.length - made.length + i];
    if (elementCount(shape) !== length) throw refusal(`expected [${shape.join(",")}], got ${length} numbers`);
  }
}

interface NumberReader {
  words(count: number): number[];
  floats(count: number): Float32Array;
}

function numbersOf(bytes: Uint8Array, begin: number): NumberReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = begin;
  const next = (): number => {
    at += 4;
    return at - 4;
  };
  return {
    words: (count) => Array.from({ length: count }, () => view.getUint32(next(), true)),
    floats: (count) => {
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) values[i] = view.getFloat32(next(), true);
      return values;
    },
  };
}

function checkedGenerator(header: StateHeader["generator"], words: readonly number[]): NormalGeneratorState {
  const state: NormalGeneratorState =
    header.generator === "philox"
      ? header
      : { generator: header.generator, spare: header.spare, engine: { words, position: header.position } };
  try {
    restoreGenerator(state);
  } catch (cause) {
    throw new MezzotintError("INVALID_INPUT", `state: ${cause instanceof Error ? cause.message : ""}`, { cause });
  }
  return state;
}

function refusal(reason: string): MezzotintError {
  return new MezzotintError("INVALID_INPUT", `state: ${reason}`);
}
