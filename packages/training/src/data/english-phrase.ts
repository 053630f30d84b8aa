/** Nouns of the emoji list that take no article though they do not look like a plural. */
const UNCOUNTED = new Set(
  (
    "rice bread bacon meat ginger garlic cheese butter salt honey sake beer popcorn chocolate broccoli sushi spaghetti oden " +
    "falafel tofu curry ice soap money paper clothing hair fire water fog wind rain snow lightning seedling wood yarn " +
    "jeans mail children people women men feet teeth fries dice confetti shrimp coral tea"
  ).split(" "),
);
const VOWEL_SOUND = /^(?:[aeio]|u(?!ni|se|tens)|hour|honest|8\b|x-ray)/i;

/** "a red apple", "an owl", "grapes" (plural), "cooked rice" (not counted), "Mount Fuji" (a name). */
export function withArticle(phrase: string): string {
  const words = phrase.split(" ");
  const last = (words.at(-1) ?? "").toLowerCase();
  const head =
    phrase
      .split(/ (?:with|of|in|on|and|without) /)[0]
      ?.split(" ")
      .at(-1)
      ?.toLowerCase() ?? last;
  const plural = /[^sui]s$/.test(head);
  const proper = /^[A-Z][a-z]/.test(phrase) && !/^[A-Z]\w*$/.test(phrase);
  const alreadyArticled = /^(?:an?|the|one|two|three) /i.test(phrase);
  if (plural || proper || alreadyArticled || UNCOUNTED.has(head)) return phrase;
  return `${VOWEL_SOUND.test(phrase) ? "an" : "a"} ${phrase}`;
}
