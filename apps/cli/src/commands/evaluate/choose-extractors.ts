import { stat } from "node:fs/promises";
import path from "node:path";
import type { MetricId } from "@mezzotint/contracts/catalogue";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { openClip } from "@mezzotint/evaluation/extractors/clip";
import { openHead } from "@mezzotint/evaluation/extractors/head";
import { INCEPTION_PROTOCOLS } from "@mezzotint/evaluation/extractors/inception-input";
import { openSegmenter, type Segmenter } from "@mezzotint/evaluation/extractors/segmenter";
import type { FolderExtractors } from "@mezzotint/evaluation/folders/folder-set";
import { needsSegmenter } from "@mezzotint/evaluation/folders/metric-plans";
import { openExtractor } from "@mezzotint/evaluation/folders/open-extractor";
import { modelFolders } from "../models/model-folders.ts";

/** Where extractors are looked for in the models folders when none is named, the preferred one first. */
const KNOWN_PLACES = ["inception-fid", "mini-eval/clip"];
const KNOWN_SEGMENTERS = ["mini-eval/fcn"];

export interface ExtractorFlags {
  readonly extractor?: string;
  readonly clip?: string;
  readonly protocol: string;
  readonly features?: string;
  readonly segmenter?: string;
  readonly head?: string;
}

/** Opens the named extractors, or those that are here. Throws NOT_FOUND with the places looked at. */
export async function chooseExtractors(
  flags: ExtractorFlags,
  { threads, metrics }: { readonly threads: number; readonly metrics: readonly MetricId[] },
): Promise<FolderExtractors> {
  const { features } = flags;
  const protocol = INCEPTION_PROTOCOLS.find((name) => name === flags.protocol);
  if (protocol === undefined) {
    const known = INCEPTION_PROTOCOLS.join(", ");
    throw new MezzotintError("INVALID_INPUT", `--protocol: expected one of ${known}, got ${flags.protocol}`);
  }
  const place = flags.extractor ?? (await findKnown(KNOWN_PLACES, "--extractor"));
  const main = await openExtractor(place, { protocol, threads, ...(features === undefined ? {} : { features }) });
  const opened: { dispose(): Promise<void> }[] = [main.extractor];
  const open = async <Model extends { dispose(): Promise<void> }>(opening: Promise<Model>): Promise<Model> => {
    const model = await opening;
    opened.push(model);
    return model;
  };
  try {
    const own = main.kind === "clip" ? main.extractor : null;
    const wanted = flags.segmenter !== undefined || metrics.some(needsSegmenter);
    return {
      main,
      clip: flags.clip === undefined ? own : await open(openClip(flags.clip, { threads })),
      segmenter: wanted ? await open(findSegmenter(flags.segmenter, threads)) : null,
      head: flags.head === undefined ? null : await open(openHead(flags.head, { threads })),
    };
  } catch (error) {
    for (const model of opened) await model.dispose();
    throw error;
  }
}

async function findSegmenter(place: string | undefined, threads: number): Promise<Segmenter> {
  return openSegmenter(place ?? (await findKnown(KNOWN_SEGMENTERS, "--segmenter")), { threads });
}

async function findKnown(places: readonly string[], flag: string): Promise<string> {
  const folders = modelFolders(process.env);
  for (const known of places) {
    for (const folder of folders) {
      const place = path.join(folder, known);
      if ((await stat(place).catch(() => null))?.isDirectory() === true) return place;
    }
  }
  const message = `${places.join(" or ")} is not in ${folders.join(", ")}`;
  throw new MezzotintError("NOT_FOUND", `${message}; name one with ${flag}`);
}
