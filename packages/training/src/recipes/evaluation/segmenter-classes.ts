/** What the segmenter tells apart: the ground, and the drawings by their group in Unicode's list. */
export const SEGMENTER_CLASSES = [
  "background",
  "smileys-emotion",
  "people-body",
  "animals-nature",
  "food-drink",
  "travel-places",
  "activities",
  "objects",
  "symbols",
  "flags",
] as const;
