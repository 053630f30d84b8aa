import { MezzotintError } from "@mezzotint/contracts/errors";
import type { RgbImage } from "@mezzotint/image/decode-image";
import { PILLOW_FILTERS } from "@mezzotint/image/resize/resample-weights";
import { resizeTensorflow1Bilinear, resizeTorchBilinear } from "@mezzotint/image/resize/resize-bilinear";
import { resizePillow } from "@mezzotint/image/resize/resize-pillow";
import { resizePillowFloat } from "@mezzotint/image/resize/resize-pillow-float";
import { z } from "zod";
import { toRgbImage, type ParityKind } from "./parity-kind.ts";

const Content = z.object({ method: z.string(), width: z.int().min(1), height: z.int().min(1) });

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture brought to another size by a named method. */
export const resize: ParityKind = {
  run: async ({ content, array }) => {
    const { method, width, height } = Content.parse(content);
    const source = toRgbImage(await array("source"), "source");
    return { arrays: { pixels: resized(source, method, { width, height }) } };
  },
};

function resized(source: RgbImage, method: string, size: Size) {
  const planes = [1, 3, size.height, size.width];
  if (method === "torch-bilinear") return { shape: planes, data: resizeTorchBilinear(source, size) };
  if (method === "tensorflow1-bilinear") return { shape: planes, data: resizeTensorflow1Bilinear(source, size) };
  const [, name, float] = /^pillow-([a-z]+)(-float)?$/.exec(method) ?? [];
  const filter = PILLOW_FILTERS.find((one) => one === name);
  if (filter === undefined) throw new MezzotintError("UNSUPPORTED", `resize: method ${method} is not known`);
  const shape = [size.height, size.width, 3];
  if (float !== undefined) return { shape, data: resizePillowFloat(source, { ...size, filter }) };
  return { shape, data: resizePillow(source, { ...size, filter }).data };
}
