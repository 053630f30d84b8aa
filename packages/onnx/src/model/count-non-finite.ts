/** Numbers of a weight that are none. */
export interface NonFinite {
  readonly nan: number;
  readonly positiveInfinity: number;
  readonly negativeInfinity: number;
}

interface FloatFormat {
  readonly words: (bytes: Uint8Array) => Uint16Array | Uint32Array;
  /** Bits of the exponent, all set where the number is none, and of the sign. */
  readonly exponent: number;
  readonly sign: number;
}

const halves = (bytes: Uint8Array) => new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
const singles = (bytes: Uint8Array) => new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);

/** By TensorProto.DataType: float32, float16 and bfloat16. */
const FORMATS: Readonly<Record<number, FloatFormat>> = {
  1: { words: singles, exponent: 0x7f800000, sign: 0x80000000 },
  10: { words: halves, exponent: 0x7c00, sign: 0x8000 },
  16: { words: halves, exponent: 0x7f80, sign: 0x8000 },
};
const DOUBLE = 11;

/** Counts what is not finite in little-endian bytes of a type of numbers (IEEE 754-2019); zeros for types that are always finite. */
export function countNonFinite(dataType: number, chunks: Iterable<Uint8Array>): NonFinite {
  const format = FORMATS[dataType];
  const total = { nan: 0, positiveInfinity: 0, negativeInfinity: 0 };
  for (const bytes of chunks) {
    if (format !== undefined) countWords(format, bytes, total);
    else if (dataType === DOUBLE) countDoubles(bytes, total);
  }
  return total;
}

type Counts = { -readonly [Name in keyof NonFinite]: NonFinite[Name] };

function countWords({ words, exponent, sign }: FloatFormat, bytes: Uint8Array, total: Counts): void {
  const list = words(bytes);
  for (let i = 0; i < list.length; i++) {
    const word = list[i] as number;
    if ((word & exponent) !== exponent) continue;
    const magnitude = word & ~sign;
    if ((magnitude & ~exponent) !== 0) total.nan++;
    else if ((word & sign) === 0) total.positiveInfinity++;
    else total.negativeInfinity++;
  }
}

function countDoubles(bytes: Uint8Array, total: Counts): void {
  for (const value of new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 3)) {
    if (Number.isNaN(value)) total.nan++;
    else if (value === Infinity) total.positiveInfinity++;
    else if (value === -Infinity) total.negativeInfinity++;
  }
}
