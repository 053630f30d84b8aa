import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import type { ClipPreprocessing } from "./clip-input.ts";
import { readFolderJson } from "./read-folder-json.ts";

const Triple = z.tuple([z.number(), z.number(), z.number()]);
const Preprocessor = z.looseObject({
  size: z.union([z.int(), z.looseObject({ shortest_edge: z.int() }).transform((size) => size.shortest_edge)]),
  crop_size: z.union([
    z.int().transform((side) => ({ width: side, height: side })),
    z.looseObject({ width: z.int(), height: z.int() }),
  ]),
  image_mean: Triple,
  image_std: Triple,
  resample: z.int().default(3),
});

/** Pillow's numbers for its filters. */
const FILTERS = { 1: "lanczos", 2: "bilinear", 3: "bicubic", 4: "box" } as const;

/** Reads preprocessor_config.json. Throws MODEL_UNAVAILABLE, MODEL_CORRUPT, or UNSUPPORTED for an unknown filter. */
export async function readPreprocessing(folder: string): Promise<ClipPreprocessing> {
  const found = await readFolderJson(path.join(folder, "preprocessor_config.json"), Preprocessor);
  const filter = Object.entries(FILTERS).find(([code]) => Number(code) === found.resample)?.[1];
  if (filter === undefined) throw new MezzotintError("UNSUPPORTED", `CLIP folder: resampling ${found.resample}`);
  const { width, height } = found.crop_size;
  const [mean, deviation] = [found.image_mean, found.image_std];
  return { shortestEdge: found.size, filter, crop: { width, height }, mean, deviation };
}
