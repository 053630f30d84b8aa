import { MezzotintError } from "@mezzotint/contracts/errors";
import { resizePillow } from "@mezzotint/image/resize/resize-pillow";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { PictureSize } from "../pipelines/pipeline.ts";
import type { SourceImage, SourceMask } from "./source.ts";

const BYTE_HALF = 128;

/**
 * A source as an auto-encoder takes it, f32 [1, 3, height, width] in [-1, 1]; another size is resized as Pillow does with
 * Lanczos. Throws INVALID_INPUT when the pixels are not width x height RGB.
 */
export function sourceTensor({ width, height, pixels }: SourceImage, size: PictureSize): NdArray {
  refuseLength("source", { width, height, length: pixels.length, channels: 3 });
  const { data } = resizePillow({ width, height, data: pixels }, { ...size, filter: "lanczos" });
  const area = size.width * size.height;
  const values = Float32Array.from({ length: 256 }, (_, byte) => 2 * Math.fround(byte / 255) - 1);
  const tensor = new Float32Array(3 * area);
  for (let i = 0; i < tensor.length; i++) {
    const channel = Math.floor(i / area);
    tensor[i] = values[data[(i % area) * 3 + channel] as number] as number;
  }
  return { shape: [1, 3, size.height, size.width], data: tensor };
}

/**
 * A mask at the size of the picture, f32 [1, 1, height, width]: 1 is drawn anew, 0 is kept; resized like the source, then
 * split at one half. Throws INVALID_INPUT when the pixels are not width x height bytes.
 */
export function maskTensor({ width, height, pixels }: SourceMask, size: PictureSize): NdArray {
  refuseLength("mask", { width, height, length: pixels.length, channels: 1 });
  const gray = Uint8Array.from({ length: pixels.length * 3 }, (_, i) => pixels[Math.floor(i / 3)] as number);
  const { data } = resizePillow({ width, height, data: gray }, { ...size, filter: "lanczos" });
  const mask = Float32Array.from({ length: size.width * size.height }, (_, i) =>
    (data[i * 3] as number) >= BYTE_HALF ? 1 : 0,
  );
  return { shape: [1, 1, size.height, size.width], data: mask };
}

/** A mask at the size of latents, f32 [1, 1, height, width], by the nearest value to the upper left, as torch takes it. */
export function latentMask({ shape, data }: NdArray, size: PictureSize): NdArray {
  const [, , fromHeight = 0, fromWidth = 0] = shape;
  const [down, across] = [fromHeight / size.height, fromWidth / size.width].map(Math.fround) as [number, number];
  const mask = Float32Array.from({ length: size.width * size.height }, (_, i) => {
    const y = Math.min(fromHeight - 1, Math.floor(Math.fround(Math.floor(i / size.width) * down)));
    const x = Math.min(fromWidth - 1, Math.floor(Math.fround((i % size.width) * across)));
    return data[y * fromWidth + x] as number;
  });
  return { shape: [1, 1, size.height, size.width], data: mask };
}

interface LengthInput {
  readonly width: number;
  readonly height: number;
  readonly length: number;
  readonly channels: number;
}

function refuseLength(name: string, { width, height, length, channels }: LengthInput): void {
  const whole = Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1;
  if (whole && length === width * height * channels) return;
  const expected = `${width} × ${height} pixels of ${channels} bytes`;
  throw new MezzotintError("INVALID_INPUT", `${name}: expected ${expected}, got ${length} bytes`);
}
