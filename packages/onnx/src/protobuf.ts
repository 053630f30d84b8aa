/** Writes one protobuf message, field after field (protocol buffers encoding guide, wire types 0, 2 and 5). */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];
  #sizeBytes = 0;

  /** A varint field; negative numbers are written as 64-bit two's complement. */
  int(field: number, value: number | bigint): this {
    this.#push(varint(BigInt(field) << 3n));
    this.#push(varint(BigInt(value)));
    return this;
  }

  /** A float field. */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#push(varint((BigInt(field) << 3n) | 5n));
    this.#push(bytes);
    return this;
  }

  /** A bytes field; the bytes are not copied until `finish`. */
  bytes(field: number, value: Uint8Array): this {
    this.#push(varint((BigInt(field) << 3n) | 2n));
    this.#push(varint(BigInt(value.byteLength)));
    this.#push(value);
    return this;
  }

  /** A string field in UTF-8. */
  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** A packed list of varints. */
  packed(field: number, values: readonly number[]): this {
    const list = new MessageWriter();
    for (const value of values) list.#push(varint(BigInt(value)));
    return this.bytes(field, list.finish());
  }

  /** An embedded message. */
  message(field: number, write: (writer: MessageWriter) => void): this {
    const inner = new MessageWriter();
    write(inner);
    this.#push(varint((BigInt(field) << 3n) | 2n));
    this.#push(varint(BigInt(inner.#sizeBytes)));
    for (const part of inner.#parts) this.#push(part);
    return this;
  }

  /** Fields that are encoded already. */
  raw(fields: Uint8Array): this {
    this.#push(fields);
    return this;
  }

  /** All fields as one array. */
  finish(): Uint8Array {
    const result = new Uint8Array(this.#sizeBytes);
    let offset = 0;
    for (const part of this.#parts) {
      result.set(part, offset);
      offset += part.byteLength;
    }
    return result;
  }

  #push(part: Uint8Array): void {
    this.#parts.push(part);
    this.#sizeBytes += part.byteLength;
  }
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
