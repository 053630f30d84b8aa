import { z } from "zod";
import { METRIC_IDS } from "./catalogue.ts";
import { canonicalJson, sha256Hex } from "./json.ts";
import { METRIC_FACTS, type MetricFacts } from "./metric.ts";
import { Sha256 } from "./recipe.ts";

const Name = z.string().min(1).max(200);

/** Everything that decides what a score means, besides the pictures: scores of different protocols are different scores. */
export const Protocol = z.strictObject({
  metric: z.enum(METRIC_IDS),
  /** The published procedure or use by name, for instance pytorch-fid, clean-fid, layout; null where there is only one. */
  variant: Name.nullable(),
  /** SHA-256 of the extractor's weights; null where no model is asked. */
  extractor: Sha256.nullable(),
  /** How pictures are brought to the extractor, by name with its numbers. */
  preprocessing: Name.nullable(),
  /** Length of the features; null where there are none. */
  dimensions: z.int().min(1).nullable(),
  /** SHA-256 of what the pictures are held against: a set of pictures, its statistics, or prompts; null without one. */
  reference: Sha256.nullable(),
  /** Pictures that were scored. */
  n: z.int().min(0),
  /** Which of several customary definitions, for instance hessel, pix2pix, logits-unbiased; null where there is one. */
  convention: Name.nullable(),
  /** Pictures that could not be read, hence not scored: their names, sorted. */
  unreadable: z.array(z.string().min(1).max(1_000)),
});
export type Protocol = z.infer<typeof Protocol>;
export type ProtocolField = keyof Protocol;

/** SHA-256 of the canonical JSON of a protocol. */
export function protocolId(protocol: Protocol): Promise<string> {
  return sha256Hex(canonicalJson(protocol));
}

/**
 * The fields in which two protocols differ so that their scores do not compare; none when they do. The number of pictures
 * counts where a metric's value depends on it; which files could not be read never does, as `n` tells of it.
 */
export function protocolDifferences(a: Protocol, b: Protocol): readonly ProtocolField[] {
  return Protocol.keyof().options.filter((field) => {
    if (field === "unreadable") return false;
    if (field === "n" && a.metric === b.metric && !METRIC_FACTS[a.metric].dependsOnCount) return false;
    return a[field] !== b[field];
  });
}

/** Why a score of this protocol may be shown but not ranked, in words; null when it may be ranked. */
export function whyUnranked({ metric, n, dimensions }: Protocol): string | null {
  const { title, rankedFrom, needsFullRank }: MetricFacts = METRIC_FACTS[metric];
  const least = needsFullRank && dimensions !== null ? Math.max(rankedFrom, dimensions) : rankedFrom;
  return n >= least ? null : `${title} is ranked from ${least} pictures on, this is of ${n}`;
}
