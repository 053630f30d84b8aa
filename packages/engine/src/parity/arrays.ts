import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import { npyToFloat32, type NpyArray } from "@mezzotint/numeric/npy";
import type { SourceImage, SourceMask } from "../source/source.ts";
import type { MeasuredArray } from "./parity-kind.ts";

/** Arrays one behind the other. */
export function stack(parts: readonly ArrayLike<number>[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Pictures f32 [3, height, width] as one array [n, height, width, 3]. */
export function channelsLast(pictures: readonly NdArray[]): MeasuredArray {
  const [channels = 0, height = 0, width = 0] = pictures[0]?.shape ?? [];
  const area = height * width;
  const data = stack(
    pictures.map((picture) =>
      Float32Array.from(
        { length: area * channels },
        (_, i) => picture.data[(i % channels) * area + Math.floor(i / channels)] ?? Number.NaN,
      ),
    ),
  );
  return { shape: [pictures.length, height, width, channels], data };
}

/** A recorded array as f32. */
export function recordedArray(array: NpyArray): NdArray {
  return { shape: array.shape, data: npyToFloat32(array) };
}

/** Row `index` of recorded rows, f32 [1, …]; the only row serves all. Throws INVALID_INPUT when there is none. */
export function recordedRow({ shape, data }: NdArray, index: number): NdArray {
  const [rows = 0, ...rest] = shape;
  const size = rest.reduce((product, length) => product * length, 1);
  const row = rows === 1 ? 0 : index;
  if (row < rows) return { shape: [1, ...rest], data: data.slice(row * size, (row + 1) * size) };
  throw new MezzotintError("INVALID_INPUT", `expected ${index + 1} rows, got [${shape.join(",")}]`);
}

/** A recorded u8 [height, width, 3] as a source. Throws INVALID_INPUT for anything else. */
export function recordedPicture({ shape, data }: NpyArray): SourceImage {
  const [height, width, channels] = shape;
  if (
    shape.length === 3 &&
    channels === 3 &&
    height !== undefined &&
    width !== undefined &&
    data instanceof Uint8Array
  ) {
    return { height, width, pixels: data };
  }
  throw new MezzotintError("INVALID_INPUT", `source: expected bytes [height,width,3], got [${shape.join(",")}]`);
}

/** A recorded u8 [height, width] as a mask. Throws INVALID_INPUT for anything else. */
export function recordedMask({ shape, data }: NpyArray): SourceMask {
  const [height, width, channels = 1] = shape;
  if (
    shape.length <= 3 &&
    channels === 1 &&
    height !== undefined &&
    width !== undefined &&
    data instanceof Uint8Array
  ) {
    return { height, width, pixels: data };
  }
  throw new MezzotintError("INVALID_INPUT", `mask: expected bytes [height,width], got [${shape.join(",")}]`);
}
