import { MezzotintError } from "@mezzotint/contracts/errors";
import type { RgbImage } from "../decode-image.ts";

/** The size in pixels that an image is brought to. */
export interface TargetSize {
  readonly width: number;
  readonly height: number;
}

/** Throws INVALID_INPUT unless both sides of the target and of the image are whole and at least 1, and its data fits. */
export function checkSizes(image: RgbImage, target: TargetSize): void {
  const sides = [image.width, image.height, target.width, target.height];
  if (sides.some((side) => !Number.isInteger(side) || side < 1)) {
    const [from, to] = [`${image.width} x ${image.height}`, `${target.width} x ${target.height}`];
    throw new MezzotintError("INVALID_INPUT", `resize: cannot bring ${from} pixels to ${to}`);
  }
  const expected = image.width * image.height * 3;
  if (image.data.length !== expected) {
    const size = `${image.width} x ${image.height}`;
    throw new MezzotintError("INVALID_INPUT", `resize: ${size} RGB needs ${expected} bytes, got ${image.data.length}`);
  }
}
