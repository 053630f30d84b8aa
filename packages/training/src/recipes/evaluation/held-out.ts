import { createHash } from "node:crypto";
import { BUNDLED_PROMPT_SETS } from "@mezzotint/contracts/prompt-set";
import type { DrawingMetadata } from "../../data/metadata.ts";

/** Code points that only vary a person or a form: genders, joiners, presentation. */
const VARYING = new Set(["1F468", "1F469", "1F9D1", "1F466", "1F467", "2640", "2642", "200D", "FE0F"]);
const SHARE = 0.1;

const PROMPTED: ReadonlySet<string | null> = new Set(
  BUNDLED_PROMPT_SETS.flatMap(({ prompts }) => prompts.map(({ concept }) => concept)),
);

/**
 * Whether an evaluation pack never trains on a concept, so that its drawings can test it and stand for real pictures:
 * a tenth of the concepts, by hash, the man's and the woman's form of one thing together. Concepts of the bundled prompts
 * are never held out, for the pack must know what it is asked to judge.
 */
export function isHeldOut({ concept, names }: Pick<DrawingMetadata, "concept" | "names">): boolean {
  if (PROMPTED.has(names["en"])) return false;
  const points = concept.split("-").filter((point) => !VARYING.has(point));
  const key = points.length === 0 ? concept : points.join("-");
  return createHash("sha256").update(`held-out ${key}`).digest().readUInt32BE() < SHARE * 2 ** 32;
}
