import type { RgbImage } from "@mezzotint/image/decode-image";
import { resizeTensorflow1Bilinear, resizeTorchBilinear } from "@mezzotint/image/resize/resize-bilinear";
import { resizePillowFloat } from "@mezzotint/image/resize/resize-pillow-float";

/** How tools bring pictures to Inception; scores of different protocols are different scores. */
export const INCEPTION_PROTOCOLS = ["pytorch-fid", "torch-fidelity", "clean-fid"] as const;
export type InceptionProtocol = (typeof INCEPTION_PROTOCOLS)[number];

interface Size {
  readonly width: number;
  readonly height: number;
}

const PREPARE = {
  "pytorch-fid": (image, size) => resizeTorchBilinear(image, size).map((value) => 2 * value - 1),
  "torch-fidelity": (image, size) => resizeTensorflow1Bilinear(image, size).map(aroundMiddle),
  "clean-fid": (image, size) => planar(resizePillowFloat(image, { ...size, filter: "bicubic" })).map(aroundMiddle),
} as const satisfies Record<InceptionProtocol, (image: RgbImage, size: Size) => Float32Array>;

/**
 * A picture u8 [h, w, 3] as Inception's input f32 [3, height, width] (299 x 299 for the published weights), about -1 to 1:
 * pytorch-fid: torch bilinear without antialiasing, 2x - 1; torch-fidelity: TensorFlow 1 bilinear, (u - 128) / 128;
 * clean-fid: antialiased Pillow bicubic in float, (u - 128) / 128 (Parmar et al. 2022, arXiv 2104.11222).
 */
export function inceptionInput(image: RgbImage, protocol: InceptionProtocol, size: Size): Float32Array {
  return PREPARE[protocol](image, size);
}

function aroundMiddle(value: number): number {
  return (value - 128) / 128;
}

function planar(pixels: Float32Array): Float32Array {
  const area = pixels.length / 3;
  const planes = new Float32Array(pixels.length);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) planes[c * area + i] = pixels[i * 3 + c] as number;
  }
  return planes;
}
