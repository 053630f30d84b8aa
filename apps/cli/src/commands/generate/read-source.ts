import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { decodeImage, type RgbImage } from "@mezzotint/image/decode-image";
import type { SourceImage, SourceMask } from "@mezzotint/engine/source";
import type { GenerateFlags } from "./parse-request.ts";

/** What pictures start from, with the part of the recipe that names it; empty without --image. */
export interface ReadSource {
  readonly source?: SourceImage;
  readonly mask?: SourceMask;
  readonly recipe: Pick<Recipe, "source" | "mask" | "strength">;
}

const USUAL_STRENGTH = 0.8;

/** Reads --image and --mask. Throws INVALID_INPUT for what is no image, and for --mask or --strength alone. */
export async function readSource(flags: Pick<GenerateFlags, "image" | "mask" | "strength">): Promise<ReadSource> {
  if (flags.image === undefined) {
    for (const name of ["mask", "strength"] as const) {
      if (flags[name] !== undefined) throw new MezzotintError("INVALID_INPUT", `--${name} goes with --image only`);
    }
    return { recipe: {} };
  }
  const strength = parseStrength(flags.strength);
  const image = await readPicture("--image", flags.image);
  const source = { width: image.width, height: image.height, pixels: image.data };
  if (flags.mask === undefined) return { source, recipe: { source: image.sha256, strength } };
  const mask = await readPicture("--mask", flags.mask);
  return {
    source,
    mask: { width: mask.width, height: mask.height, pixels: luminance(mask) },
    recipe: { source: image.sha256, mask: mask.sha256, strength },
  };
}

function parseStrength(text: string | undefined): number {
  if (text === undefined) return USUAL_STRENGTH;
  const strength = text.trim() === "" ? Number.NaN : Number(text);
  if (strength >= 0 && strength <= 1) return strength;
  throw new MezzotintError("INVALID_INPUT", `--strength: expected 0 to 1, got ${text}`);
}

async function readPicture(flag: string, file: string): Promise<RgbImage & { readonly sha256: string }> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MezzotintError("INVALID_INPUT", `${flag}: ${file} cannot be read: ${reason}`, { cause });
  });
  return { ...(await decodeImage(bytes)), sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Gray as Pillow makes it from RGB (ITU-R 601-2, 16-bit fixed point). */
function luminance({ data }: RgbImage): Uint8Array {
  return Uint8Array.from({ length: data.length / 3 }, (_, i) => {
    const [red = 0, green = 0, blue = 0] = data.subarray(i * 3, i * 3 + 3);
    return (red * 19_595 + green * 38_470 + blue * 7_471 + 0x8000) >> 16;
  });
}
