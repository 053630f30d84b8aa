import { MezzotintError } from "@mezzotint/contracts/errors";
import sharp from "sharp";
import type { RgbImage } from "./decode-image.ts";

export interface LatentPreviewInput {
  /** f32 [channels, height, width]. */
  readonly latents: Float32Array;
  readonly width: number;
  readonly height: number;
  /** f32 [channels, 3]: how much each latent channel adds to red, green and blue, in the range -1 to 1. */
  readonly factors: Float32Array;
  /** f32 [3]. */
  readonly bias: Float32Array;
}

/**
 * A cheap picture of latents by one linear map per pixel, u8 RGB [height, width, 3]: -1 is black, 1 is white, beyond is
 * clipped. Throws INVALID_INPUT when the shapes disagree.
 */
export function latentsToRgb({ latents, width, height, factors, bias }: LatentPreviewInput): RgbImage {
  const area = width * height;
  const channels = factors.length / 3;
  if (latents.length !== channels * area || bias.length !== 3) {
    const expected = `latents [${channels},${height},${width}] = ${channels * area} values and bias [3]`;
    throw new MezzotintError("INVALID_INPUT", `expected ${expected}, got ${latents.length} and ${bias.length}`);
  }
  const data = new Uint8Array(area * 3);
  for (let color = 0; color < 3; color++) {
    for (let pixel = 0; pixel < area; pixel++) {
      let value = bias[color] as number;
      for (let channel = 0; channel < channels; channel++) {
        value += (latents[channel * area + pixel] as number) * (factors[channel * 3 + color] as number);
      }
      data[pixel * 3 + color] = Math.min(255, Math.max(0, Math.round((value + 1) * 127.5)));
    }
  }
  return { width, height, data };
}

export interface PreviewOptions {
  /** Length of the longer side in pixels. */
  readonly longSide?: number;
  /** WebP quality, 1 to 100. */
  readonly quality?: number;
}

/** Scales an image up and packs it as a WebP data URL of a few kilobytes, for progress events. */
export async function encodePreview(image: RgbImage, options: PreviewOptions = {}): Promise<string> {
  const { longSide = 256, quality = 60 } = options;
  const { width, height, data } = image;
  const scale = longSide / Math.max(width, height);
  const [wide, high] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  const scaled = sharp(data, { raw: { width, height, channels: 3 } }).resize(wide, high, {
    fit: "fill",
    kernel: "cubic",
  });
  const webp = await scaled.webp({ quality, effort: 2 }).toBuffer();
  return `data:image/webp;base64,${webp.toString("base64")}`;
}
