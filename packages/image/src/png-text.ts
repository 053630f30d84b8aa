import { inflateSync } from "node:zlib";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { PngChunk } from "./png-chunks.ts";

const TEXT_BYTES_MAX = 4 * 2 ** 20;
const utf8 = new TextDecoder("utf-8");
const latin1 = new TextDecoder("latin1");

export interface PngText {
  readonly keyword: string;
  readonly text: string;
}

/** An uncompressed iTXt chunk: any Unicode text under an ASCII keyword (PNG specification, 11.3.3.4). */
export function internationalTextChunk({ keyword, text }: PngText): PngChunk {
  const data = Buffer.concat([Buffer.from(keyword, "latin1"), Buffer.from([0, 0, 0, 0, 0]), Buffer.from(text, "utf8")]);
  return { type: "iTXt", data };
}

/** A tEXt chunk when the text is Latin-1, as other programs write it, else iTXt. */
export function textChunk({ keyword, text }: PngText): PngChunk {
  if (!/^[\n\x20-\x7e\xa0-\xff]*$/.test(text)) return internationalTextChunk({ keyword, text });
  return { type: "tEXt", data: Buffer.from(`${keyword}\0${text}`, "latin1") };
}

/**
 * The keyword and text of a tEXt, zTXt or iTXt chunk, undefined for any other.
 * Throws INVALID_INPUT when it is malformed or unpacks to more than 4 MiB.
 */
export function readTextChunk({ type, data }: PngChunk): PngText | undefined {
  if (type !== "tEXt" && type !== "zTXt" && type !== "iTXt") return undefined;
  const keywordEnd = endOfField(data, 0);
  const keyword = latin1.decode(data.subarray(0, keywordEnd));
  if (type === "tEXt") return { keyword, text: latin1.decode(data.subarray(keywordEnd + 1)) };
  if (type === "zTXt") return { keyword, text: latin1.decode(unpack(keyword, data.subarray(keywordEnd + 2))) };
  const textStart = endOfField(data, endOfField(data, keywordEnd + 3) + 1) + 1;
  const packed = data[keywordEnd + 1] === 1;
  const text = data.subarray(textStart);
  return { keyword, text: utf8.decode(packed ? unpack(keyword, text) : text) };
}

function endOfField(data: Uint8Array, from: number): number {
  const end = data.indexOf(0, from);
  if (end === -1) throw new MezzotintError("INVALID_INPUT", `PNG text chunk of ${data.length} bytes: no end of field`);
  return end;
}

function unpack(keyword: string, packed: Uint8Array): Uint8Array {
  try {
    return inflateSync(packed, { maxOutputLength: TEXT_BYTES_MAX });
  } catch (cause) {
    const message = `PNG text "${keyword}" of ${packed.length} packed bytes: damaged or above ${TEXT_BYTES_MAX} bytes`;
    throw new MezzotintError("INVALID_INPUT", message, { cause });
  }
}
