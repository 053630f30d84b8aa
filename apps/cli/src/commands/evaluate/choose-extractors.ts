import { stat } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { openClip } from "@mezzotint/evaluation/extractors/clip";
import { INCEPTION_PROTOCOLS } from "@mezzotint/evaluation/extractors/inception-input";
import type { FolderExtractors } from "@mezzotint/evaluation/folders/folder-set";
import { openExtractor } from "@mezzotint/evaluation/folders/open-extractor";
import { modelFolders } from "../models/model-folders.ts";

/** Where extractors are looked for in the models folders when none is named, the preferred one first. */
const KNOWN_PLACES = ["inception-fid", "mini-eval/clip"];

export interface ExtractorFlags {
  readonly extractor?: string;
  readonly clip?: string;
  readonly protocol: string;
  readonly features?: string;
}

/** Opens the named extractors, or those that are here. Throws NOT_FOUND with the places looked at. */
export async function chooseExtractors(flags: ExtractorFlags, threads: number): Promise<FolderExtractors> {
  const { features } = flags;
  const protocol = INCEPTION_PROTOCOLS.find((name) => name === flags.protocol);
  if (protocol === undefined) {
    const known = INCEPTION_PROTOCOLS.join(", ");
    throw new MezzotintError("INVALID_INPUT", `--protocol: expected one of ${known}, got ${flags.protocol}`);
  }
  const place = flags.extractor ?? (await findKnown());
  const main = await openExtractor(place, { protocol, threads, ...(features === undefined ? {} : { features }) });
  if (flags.clip === undefined) return { main, clip: main.kind === "clip" ? main.extractor : null };
  const clip = await openClip(flags.clip, { threads }).catch(async (error: unknown) => {
    await main.extractor.dispose();
    throw error;
  });
  return { main, clip };
}

async function findKnown(): Promise<string> {
  const folders = modelFolders(process.env);
  for (const known of KNOWN_PLACES) {
    for (const folder of folders) {
      const place = path.join(folder, known);
      if ((await stat(place).catch(() => null))?.isDirectory() === true) return place;
    }
  }
  const message = `no extractor: ${KNOWN_PLACES.join(" or ")} is not in ${folders.join(", ")}`;
  throw new MezzotintError("NOT_FOUND", `${message}; name one with --extractor`);
}
