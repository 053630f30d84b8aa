import { CHINESE_COLORS, CHINESE_STYLES } from "../data/chinese-words.ts";
import { COLOR_NAMES } from "../data/dominant-color.ts";
import { LANGUAGES, type DrawingMetadata } from "../data/metadata.ts";
import type { PackedDataSet } from "../data/packed-data-set.ts";
import { sampleWeight } from "../data/sample-weight.ts";
import type { WeightedText } from "./count-words.ts";

const SCALE = 200;
/** Words the caption frames are made of, and about how many captions of a hundred have them. */
const FRAME_WORDS = {
  a: 35,
  style: 15,
  in: 10,
  of: 12,
  an: 5,
  picture: 3,
  drawing: 3,
  icon: 3,
  illustration: 3,
  emoji: 3,
};

/**
 * All names, keywords, styles and frame words of a data set in about the shares `sampleCaption` uses them, so that
 * the vocabulary fits the captions without depending on a random draw.
 */
export function* packedCorpus(dataSet: PackedDataSet): Generator<WeightedText> {
  for (let index = 0; index < dataSet.count; index++) {
    const metadata = dataSet.metadata(index);
    if (metadata.kind === "captioned") {
      for (const caption of metadata.captions) yield [caption, SCALE];
      continue;
    }
    const shown = sampleWeight(metadata) * SCALE;
    yield* drawingTexts(metadata, shown);
    for (const [word, percent] of Object.entries(FRAME_WORDS)) yield [word, atLeastOne((shown * percent) / 100)];
  }
  for (const color of COLOR_NAMES) yield [color, SCALE * 100];
  for (const color of Object.values(CHINESE_COLORS)) {
    yield [`${color}的`, SCALE * 10];
    for (const style of Object.values(CHINESE_STYLES)) yield [`${style}风格的${color}的`, SCALE * 10];
  }
}

function* drawingTexts(metadata: DrawingMetadata, shown: number): Generator<WeightedText> {
  yield [metadata.style, atLeastOne(shown / 2)];
  for (const language of LANGUAGES) {
    const share = language === "en" ? 0.75 : language === "zh" ? 0.15 : 0.1 / (LANGUAGES.length - 2);
    const keywords = metadata.keywords[language];
    yield [metadata.names[language], atLeastOne(shown * share)];
    for (const keyword of keywords) yield [keyword, atLeastOne((shown * share * 0.12) / keywords.length)];
  }
}

function atLeastOne(weight: number): number {
  return Math.max(1, Math.round(weight));
}
