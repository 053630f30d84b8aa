import type { ByteSource } from "./byte-source.ts";
import { fieldsOf, integerOf, integersOf, messageOf, textOf, type Span } from "./message-fields.ts";
import type { OnnxTensor, TensorPlace } from "./onnx-model.ts";

const EXTERNAL = 1;

/** A TensorProto (onnx.proto3), its numbers unread. Throws MODEL_CORRUPT for broken encoding. */
export function readTensor(source: ByteSource, span: Span): OnnxTensor {
  const shape: number[] = [];
  const floats: Span[] = [];
  const external = new Map<string, string>();
  let raw: Span | null = null;
  let name = "";
  let dataType = 0;
  let location = 0;
  for (const field of fieldsOf(source, span)) {
    if (field.number === 1) shape.push(...integersOf(source, field));
    else if (field.number === 2) dataType = integerOf(source, field);
    else if (field.number === 4) floats.push({ start: field.start, end: field.end });
    else if (field.number === 8) name = textOf(source, field);
    else if (field.number === 9) raw = messageOf(source, field);
    else if (field.number === 13) readPair(source, messageOf(source, field), external);
    else if (field.number === 14) location = integerOf(source, field);
  }
  // Readers differ on a list without the mark; it is looked at as if it counted.
  const place = location === EXTERNAL || external.size > 0 ? externalPlace(external) : insidePlace(raw, floats);
  return { name, dataType, shape, place, span: { start: span.start, end: span.end } };
}

function insidePlace(raw: Span | null, floats: readonly Span[]): TensorPlace {
  return raw === null ? { kind: "listed", floats } : { kind: "raw", span: { start: raw.start, end: raw.end } };
}

function externalPlace(entries: ReadonlyMap<string, string>): TensorPlace {
  const length = entries.get("length");
  return {
    kind: "external",
    location: entries.get("location") ?? "",
    offset: Number(entries.get("offset") ?? "0"),
    sizeBytes: length === undefined ? null : Number(length),
  };
}

function readPair(source: ByteSource, span: Span, entries: Map<string, string>): void {
  let key = "";
  let value = "";
  for (const field of fieldsOf(source, span)) {
    if (field.number === 1) key = textOf(source, field);
    else if (field.number === 2) value = textOf(source, field);
  }
  entries.set(key, value);
}
