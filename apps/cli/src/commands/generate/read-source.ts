import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { decodeImage } from "@mezzotint/image/decode-image";
import { decodeMask } from "@mezzotint/image/decode-mask";
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
  const { width, height, data } = await decodeImage(image.bytes);
  const source = { width, height, pixels: data };
  if (flags.mask === undefined) return { source, recipe: { source: image.sha256, strength } };
  const mask = await readPicture("--mask", flags.mask);
  return {
    source,
    mask: await decodeMask(mask.bytes),
    recipe: { source: image.sha256, mask: mask.sha256, strength },
  };
}

function parseStrength(text: string | undefined): number {
  if (text === undefined) return USUAL_STRENGTH;
  const strength = text.trim() === "" ? Number.NaN : Number(text);
  if (strength >= 0 && strength <= 1) return strength;
  throw new MezzotintError("INVALID_INPUT", `--strength: expected 0 to 1, got ${text}`);
}

async function readPicture(
  flag: string,
  file: string,
): Promise<{ readonly bytes: Uint8Array; readonly sha256: string }> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MezzotintError("INVALID_INPUT", `${flag}: ${file} cannot be read: ${reason}`, { cause });
  });
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}
