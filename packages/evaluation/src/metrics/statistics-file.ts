import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix } from "@mezzotint/numeric/linalg/matrix";
import { z } from "zod";
import type { FeatureStatistics } from "./feature-statistics.ts";

const MAGIC = "MEZZOTINT-STATISTICS-1\n";
const DOUBLE_BYTES = 8;

const Header = z.strictObject({
  count: z.int().min(1),
  dimensions: z.int().min(1).max(65_536),
  weights: z.string(),
  preprocessing: z.string(),
  reference: z.string().regex(/^[0-9a-f]{64}$/),
  source: z.string(),
});

/** Statistics of a reference set with what they are comparable to. */
export interface ReferenceStatistics {
  readonly statistics: FeatureStatistics;
  /** SHA-256 of the extractor's weights, and its preprocessing by name. */
  readonly weights: string;
  readonly preprocessing: string;
  /** SHA-256 that names the pictures, whatever their files are called. */
  readonly reference: string;
  /** Which pictures they are of, in words. */
  readonly source: string;
}

/**
 * Reference statistics as one file: a line that names the format, a line of JSON, then little-endian doubles: the mean and
 * the upper triangle of the co-moment by rows (16.8 MB for 2,048 dimensions).
 */
export function encodeStatistics({ statistics, ...described }: ReferenceStatistics): Uint8Array {
  const { count, mean, coMoment } = statistics;
  const dimensions = mean.length;
  const head = new TextEncoder().encode(`${MAGIC}${JSON.stringify({ count, dimensions, ...described })}\n`);
  const bytes = new Uint8Array(head.length + valueCount(dimensions) * DOUBLE_BYTES);
  bytes.set(head);
  const view = new DataView(bytes.buffer);
  let at = head.length;
  const write = (values: ArrayLike<number>): void => {
    for (let i = 0; i < values.length; i++, at += DOUBLE_BYTES) view.setFloat64(at, values[i] as number, true);
  };
  write(mean);
  for (let i = 0; i < dimensions; i++) write(coMoment.data.subarray(i * dimensions + i, (i + 1) * dimensions));
  return bytes;
}

/** Reads what `encodeStatistics` wrote. Throws INVALID_INPUT for another format, a damaged head or a wrong length. */
export function decodeStatistics(bytes: Uint8Array): ReferenceStatistics {
  const headEnd = bytes.indexOf(10, MAGIC.length) + 1;
  const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC || headEnd === 0) {
    throw new MezzotintError("INVALID_INPUT", `statistics: ${bytes.length} bytes do not start as statistics do`);
  }
  const { count, dimensions, ...described } = parseHeader(bytes.subarray(MAGIC.length, headEnd));
  const expected = valueCount(dimensions) * DOUBLE_BYTES;
  if (bytes.length - headEnd !== expected) {
    const found = `${bytes.length - headEnd} bytes`;
    throw new MezzotintError("INVALID_INPUT", `statistics: ${dimensions} dimensions need ${expected}, got ${found}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + headEnd, expected);
  const value = (place: number): number => view.getFloat64(place * DOUBLE_BYTES, true);
  const mean = Float64Array.from({ length: dimensions }, (_, i) => value(i));
  const coMoment = new Float64Array(dimensions * dimensions);
  for (let i = 0, place = dimensions; i < dimensions; i++) {
    for (let j = i; j < dimensions; j++, place++) {
      coMoment[i * dimensions + j] = value(place);
      coMoment[j * dimensions + i] = value(place);
    }
  }
  return { statistics: { count, mean, coMoment: matrix(dimensions, dimensions, coMoment) }, ...described };
}

function valueCount(dimensions: number): number {
  return dimensions + (dimensions * (dimensions + 1)) / 2;
}

function parseHeader(bytes: Uint8Array): z.infer<typeof Header> {
  try {
    return Header.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    const message = `statistics: the head of ${bytes.length} bytes does not describe any`;
    throw new MezzotintError("INVALID_INPUT", message, { cause });
  }
}
