import { CHINESE_COLORS, CHINESE_STYLES } from "./chinese-words.ts";
import { COLOR_NAMES, type ColorName } from "./dominant-color.ts";
import type { StyleWord } from "./emoji/styles.ts";
import { withArticle } from "./english-phrase.ts";
import { type DrawingMetadata, LANGUAGES, type Language, type PackedMetadata } from "./metadata.ts";

/** A source of uniform numbers in [0, 1). */
export type Uniform = () => number;

const CHINESE_SHARE = 0.15;
const OTHER_LANGUAGE_SHARE = 0.1;
const STYLE_SHARE = 0.5;
const KEYWORD_SHARE = 0.12;
const COLOR_SHARE = 0.3;
/** Nearly every face is yellow: saying so as often as elsewhere would tie the word to faces. */
const FACE_COLOR_SHARE = 0.05;

const FRAMES = ["a picture of", "a drawing of", "an icon of", "an illustration of", "an emoji of"] as const;
const OTHER_LANGUAGES = LANGUAGES.filter((language) => language !== "en" && language !== "zh");
const COLOR_WORD = new RegExp(`\\b(?:${COLOR_NAMES.join("|")}|grey|golden|silver|colou?r)\\b`, "i");
const COLOR_WORDS = new RegExp(`${COLOR_WORD.source} ?`, "gi");
const CHINESE_COLOR_WORD = /[红橙黄绿蓝紫粉棕褐黑灰白金银]色?/u;
/** Last words that name the form of the sign instead of the thing shown. */
const FORM_WORD = /^(?:face|button|sign|symbol|with|of|and)$/;

/**
 * One caption a user might have typed for an image, pure in the numbers `random` gives. A drawing gets about 75 %
 * English, 15 % Chinese and 10 % other languages; half of all captions name the style, so that a prompt may or may not.
 * Other images get one of their captions.
 */
export function sampleCaption(metadata: PackedMetadata, random: Uniform): string {
  if (metadata.kind === "captioned") return pick(metadata.captions, random);
  const draw = random();
  if (draw < CHINESE_SHARE) return chineseCaption(metadata, random);
  if (draw < CHINESE_SHARE + OTHER_LANGUAGE_SHARE) return foreignCaption(metadata, random);
  return englishCaption(metadata, random);
}

/**
 * A caption that says `color` and nothing of the colour the thing has by its name, for a drawing painted anew:
 * 82 % English, 18 % Chinese. Pure in the numbers `random` gives.
 */
export function sampleColorCaption(metadata: DrawingMetadata, color: ColorName, random: Uniform): string {
  const isNamed = COLOR_WORD.test(metadata.names["en"]);
  if (random() < 0.18) {
    const name = metadata.names["zh"];
    const subject = isNamed ? name.replace(CHINESE_COLOR_WORD, "") : name;
    return withChineseStyle(metadata, `${CHINESE_COLORS[color]}的${subject === "" ? name : subject}`, random);
  }
  const colorless = (text: string): string => text.replaceAll(COLOR_WORDS, "").trim();
  const subject = [englishSubject(metadata, random), metadata.names["en"]].map(colorless).find((text) => text !== "");
  return withStyle(metadata, `${color} ${lowerFirst(subject ?? metadata.names["en"])}`, random);
}

/** The colour a caption in English or Chinese says, or null. */
export function saidColor(caption: string): ColorName | null {
  const english = COLOR_NAMES.find((name) => new RegExp(`\\b${name}\\b`, "i").test(caption));
  return english ?? COLOR_NAMES.find((name) => caption.includes(CHINESE_COLORS[name].slice(0, 1))) ?? null;
}

/** The style a caption in English or Chinese says, or null. */
export function saidStyle(caption: string): StyleWord | null {
  const said = Object.entries(CHINESE_STYLES).find(
    ([word, chinese]) => new RegExp(`\\b${word}\\b`, "i").test(caption) || caption.includes(chinese),
  );
  return said === undefined ? null : (said[0] as StyleWord);
}

function englishCaption(metadata: DrawingMetadata, random: Uniform): string {
  const subject = englishSubject(metadata, random);
  const colored = saysColor(metadata, subject, random) ? `${metadata.color} ${lowerFirst(subject)}` : subject;
  return withStyle(metadata, colored, random);
}

function withStyle(metadata: DrawingMetadata, colored: string, random: Uniform): string {
  const frame = random();
  if (random() >= STYLE_SHARE) return framed(colored, frame, random);
  const place = random();
  if (place < 0.55) return framed(`${metadata.style} ${lowerFirst(colored)}`, frame, random);
  const phrase = framed(colored, frame, random);
  if (place < 0.75) return `${phrase}, ${metadata.style}`;
  return place < 0.9 ? `${phrase} in ${metadata.style} style` : `${phrase}, ${metadata.style} style`;
}

/** Mostly the name; sometimes the noun at its end ("apple" for "red apple") or, rarely, any keyword. */
function englishSubject(metadata: DrawingMetadata, random: Uniform): string {
  const name = metadata.names["en"];
  if (metadata.group === "animals-nature" && name.endsWith(" face") && random() < 0.5) return name.slice(0, -5);
  if (random() >= KEYWORD_SHARE) return name;
  const keywords = metadata.keywords["en"].filter((keyword) => /^[a-z][a-z -]{2,20}$/.test(keyword));
  const noun = name.split(" ").at(-1) ?? name;
  if (random() < 0.7) return keywords.includes(noun) && !FORM_WORD.test(noun) && !COLOR_WORD.test(noun) ? noun : name;
  return keywords.length === 0 ? name : pick(keywords, random);
}

function saysColor(metadata: DrawingMetadata, subject: string, random: Uniform): boolean {
  const isFace = metadata.group === "smileys-emotion" || metadata.group === "people-body";
  const wanted = random() < (isFace ? FACE_COLOR_SHARE : COLOR_SHARE);
  return wanted && metadata.color !== null && !COLOR_WORD.test(subject);
}

function framed(phrase: string, frame: number, random: Uniform): string {
  if (frame < 0.55) return phrase;
  const counted = withArticle(phrase);
  return frame < 0.85 ? counted : `${pick(FRAMES, random)} ${counted}`;
}

function chineseCaption(metadata: DrawingMetadata, random: Uniform): string {
  const phrase = translatedSubject(metadata, "zh", random);
  const named = CHINESE_COLOR_WORD.test(phrase);
  const color =
    !named && metadata.color !== null && random() < COLOR_SHARE ? CHINESE_COLORS[metadata.color] : undefined;
  return withChineseStyle(metadata, color === undefined ? phrase : `${color}的${phrase}`, random);
}

function withChineseStyle(metadata: DrawingMetadata, colored: string, random: Uniform): string {
  if (random() >= STYLE_SHARE) return colored;
  const style = Object.entries(CHINESE_STYLES).find(([word]) => word === metadata.style)?.[1] ?? metadata.style;
  return random() < 0.6 ? `${style}风格的${colored}` : `${colored}，${style}`;
}

function foreignCaption(metadata: DrawingMetadata, random: Uniform): string {
  const phrase = translatedSubject(metadata, pick(OTHER_LANGUAGES, random), random);
  return random() < STYLE_SHARE ? `${phrase}, ${metadata.style}` : phrase;
}

function translatedSubject(metadata: DrawingMetadata, language: Language, random: Uniform): string {
  const keywords = metadata.keywords[language];
  return random() < KEYWORD_SHARE && keywords.length > 0 ? pick(keywords, random) : metadata.names[language];
}

/** "Red apple" -> "red apple" behind an adjective, but "T-shirt" and "ATM sign" stay. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function pick<Item>(items: readonly Item[], random: Uniform): Item {
  return items[Math.floor(random() * items.length)] as Item;
}
