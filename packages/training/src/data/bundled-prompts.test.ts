import { BUNDLED_PROMPT_SETS, type PromptSetPrompt } from "@mezzotint/contracts/prompt-set";
import { expect, it } from "vitest";
import { fewDrawings } from "../testing/few-drawings.ts";
import type { Concept } from "./emoji/concepts.ts";
import type { DrawingMetadata } from "./metadata.ts";

const prompts = BUNDLED_PROMPT_SETS.flatMap((set) => set.prompts);

/** Whether any text a caption is made of names the thing: "apple" in "green apple", "car" nowhere in "oncar". */
function names(texts: Pick<Concept, "names" | "keywords">, prompt: PromptSetPrompt, chinese: string): boolean {
  const noun = (prompt.concept ?? "").split(" ").at(-1) ?? "";
  const english = [texts.names["en"], ...texts.keywords["en"]];
  const translated = [texts.names["zh"], ...texts.keywords["zh"]];
  return english.some((text) => ` ${text} `.includes(` ${noun} `)) || translated.some((text) => text.includes(chinese));
}

it("the bundled prompts say which combinations of thing, colour and style the training captions have", async () => {
  const wanted = new Set(prompts.map(({ concept }) => concept));
  const nouns = new Set(prompts.flatMap(({ concept, unseen }) => (unseen ? [concept?.split(" ").at(-1)] : [])));
  const concepts = await fewDrawings(
    64,
    ({ names: named, keywords }) =>
      wanted.has(named["en"]) ||
      [named["en"], ...keywords["en"]].some((text) => text.split(" ").some((word) => nouns.has(word))),
  );
  const drawings = Array.from({ length: concepts.count }, (_, index) => concepts.metadata(index) as DrawingMetadata);
  expect(drawings.length).toBeGreaterThan(200);
  for (const prompt of prompts) {
    const own = drawings.filter((drawing) => drawing.names["en"] === prompt.concept);
    expect(own.length, prompt.text).toBeGreaterThan(0);
    expect(own[0]?.group, prompt.text).toBe(prompt.group);
    const fits = ({ color, style }: DrawingMetadata): boolean =>
      (prompt.colour === null || color === prompt.colour) && (prompt.style === null || style === prompt.style);
    if (!prompt.unseen) {
      expect(own.some(fits), `${prompt.text} was seen`).toBe(true);
      continue;
    }
    const related = drawings.filter((drawing) => names(drawing, prompt, own[0]?.names["zh"] ?? ""));
    const seen = related.filter(
      ({ color, names: named }) => color === prompt.colour || named["en"].includes(prompt.colour ?? ""),
    );
    expect(
      seen.map(({ id, names: named, color }) => `${id} ${named["en"]} ${color}`),
      prompt.text,
    ).toEqual([]);
  }
}, 300_000);
