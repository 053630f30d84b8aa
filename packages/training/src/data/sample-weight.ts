import type { PackedMetadata } from "./metadata.ts";

/**
 * People ask a picture model for things: animals, food, vehicles, places, objects, hearts and faces. Half of the
 * Unicode list is something else: the same person in forty professions and two genders, arrows, buttons with letters,
 * twenty-four clock faces. Capacity is small, so what is asked for is shown more; nothing is at zero, so that every
 * name still means something.
 */
const GROUP_WEIGHTS: Readonly<Record<string, number>> = {
  "animals-nature": 3,
  "food-drink": 3,
  "travel-places": 2,
  activities: 2,
  objects: 2,
  "smileys-emotion": 1.5,
  "people-body": 0.3,
  symbols: 0.15,
  flags: 0.5,
};

const SUBGROUP_WEIGHTS: Readonly<Record<string, number>> = {
  heart: 3,
  // Hands and body parts are one drawing each, unlike the person variants around them.
  "hand-fingers-open": 0.6,
  "hand-fingers-partial": 0.6,
  "hand-single-finger": 0.6,
  "hand-fingers-closed": 0.6,
  hands: 0.6,
  "body-parts": 0.8,
  person: 0.6,
  "person-fantasy": 0.5,
  family: 0.1,
  // Coloured circles, squares and diamonds teach the colour words by themselves.
  geometric: 1,
  warning: 0.3,
  keycap: 0.05,
  alphanum: 0.05,
};

const CLOCK_FACE_WEIGHT = 0.05;
const CLOCK_FACES = { first: 0x1f550, last: 0x1f567 } as const;

/** How often to show an image relative to others, > 0; images without a group weigh 1. */
export function sampleWeight(metadata: PackedMetadata): number {
  if (metadata.kind === "captioned") return 1;
  const codePoint = Number.parseInt(metadata.concept, 16);
  if (codePoint >= CLOCK_FACES.first && codePoint <= CLOCK_FACES.last) return CLOCK_FACE_WEIGHT;
  return SUBGROUP_WEIGHTS[metadata.subgroup] ?? GROUP_WEIGHTS[metadata.group] ?? 1;
}
