import { MezzotintError } from "@mezzotint/contracts/errors";
import type { ByteSource } from "./byte-source.ts";

/** A range of bytes of a source, `end` not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One field of a protobuf message: its number, its wire type and where its content is. */
export interface Field extends Span {
  readonly number: number;
  readonly wire: number;
}

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

/**
 * The fields of a message in order, contents unread (protocol buffers encoding guide, wire types 0, 1, 2 and 5).
 * Throws MODEL_CORRUPT with the byte where the encoding breaks.
 */
export function* fieldsOf(source: ByteSource, { start, end }: Span): Generator<Field> {
  let offset = start;
  while (offset < end) {
    const tag = readVarint(source, { start: offset, end });
    const wire = Number(tag.value & 7n);
    const number = Number(tag.value >> 3n);
    if (number < 1 || number > 0x1fffffff) throw corrupt(source, offset, `field number ${number}`);
    const content = contentOf(source, wire, { start: tag.end, end });
    yield { number, wire, ...content };
    offset = content.end;
  }
}

function contentOf(source: ByteSource, wire: number, { start, end }: Span): Span {
  switch (wire) {
    case VARINT:
      return { start, end: readVarint(source, { start, end }).end };
    case FIXED_64:
      return fitting(source, { start, end: start + 8 }, end);
    case FIXED_32:
      return fitting(source, { start, end: start + 4 }, end);
    case BYTES: {
      const length = readVarint(source, { start, end });
      return fitting(source, { start: length.end, end: length.end + Number(length.value) }, end);
    }
    default:
      throw corrupt(source, start, `wire type ${wire}`);
  }
}

function fitting(source: ByteSource, content: Span, end: number): Span {
  if (content.end <= end) return content;
  const reason = `a field of ${content.end - content.start} bytes where ${end - content.start} are left`;
  throw corrupt(source, content.start, reason);
}

interface Varint {
  readonly value: bigint;
  readonly end: number;
}

function readVarint(source: ByteSource, { start, end }: Span): Varint {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    if (start + i >= end) throw corrupt(source, start, "a number that is cut off");
    const byte = source.byteAt(start + i);
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: start + i + 1 };
  }
  throw corrupt(source, start, "a number of more than 10 bytes");
}

/** The content of a varint field as a signed 64-bit number; beyond 2^53 it is rounded. */
export function integerOf(source: ByteSource, field: Field): number {
  expectWire(source, field, VARINT);
  return Number(BigInt.asIntN(64, readVarint(source, field).value));
}

/** The content of a 32-bit field as a float. */
export function floatOf(source: ByteSource, field: Field): number {
  expectWire(source, field, FIXED_32);
  return floatsIn(source.read(field.start, field.end))[0] as number;
}

/** A repeated integer field, packed or one at a time. */
export function integersOf(source: ByteSource, field: Field): number[] {
  if (field.wire === VARINT) return [integerOf(source, field)];
  expectWire(source, field, BYTES);
  const values: number[] = [];
  for (let offset = field.start; offset < field.end;) {
    const { value, end } = readVarint(source, { start: offset, end: field.end });
    values.push(Number(BigInt.asIntN(64, value)));
    offset = end;
  }
  return values;
}

/** A repeated float field, packed or one at a time. */
export function floatsOf(source: ByteSource, field: Field): number[] {
  if (field.wire === FIXED_32) return [floatOf(source, field)];
  expectWire(source, field, BYTES);
  return floatsIn(source.read(field.start, field.end));
}

function floatsIn(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.byteLength / 4) }, (_, i) => view.getFloat32(4 * i, true));
}

const UTF8 = new TextDecoder("utf-8");

/** A text field; bytes that are no UTF-8 become replacement characters. */
export function textOf(source: ByteSource, field: Field): string {
  expectWire(source, field, BYTES);
  return UTF8.decode(source.read(field.start, field.end));
}

/** An embedded message, for its fields. */
export function messageOf(source: ByteSource, field: Field): Span {
  expectWire(source, field, BYTES);
  return field;
}

function expectWire(source: ByteSource, { number, wire, start }: Field, expected: number): void {
  if (wire !== expected) throw corrupt(source, start, `field ${number} with wire type ${wire}, expected ${expected}`);
}

function corrupt(source: ByteSource, offset: number, found: string): MezzotintError {
  const where = `at byte ${offset} of ${source.sizeBytes}`;
  return new MezzotintError(
    "MODEL_CORRUPT",
    `model ${source.label}: is no ONNX network or cut off: ${where}, ${found}`,
  );
}
