import { expect, test } from "vitest";
import { BUNDLED_PROMPT_SETS, PromptSetFile } from "./prompt-set.ts";

test("the bundled sets have unseen combinations in English and Chinese, every prompt once", () => {
  const [drawings, quick] = BUNDLED_PROMPT_SETS as [PromptSetFile, PromptSetFile];
  expect(drawings.prompts).toHaveLength(64);
  for (const { prompts } of [drawings, quick]) {
    expect(new Set(prompts.map(({ text }) => text)).size).toBe(prompts.length);
    expect(new Set(prompts.map(({ language }) => language))).toEqual(new Set(["en", "zh"]));
    for (const language of ["en", "zh"]) {
      const unseen = prompts.filter((prompt) => prompt.language === language && prompt.unseen);
      expect(unseen.length).toBeGreaterThan(0);
      expect(unseen.every(({ colour }) => colour !== null)).toBe(true);
    }
  }
});

test("the quick set is twelve prompts of the full one", () => {
  const [drawings, quick] = BUNDLED_PROMPT_SETS as [PromptSetFile, PromptSetFile];
  expect(quick.prompts).toHaveLength(12);
  for (const prompt of quick.prompts) expect(drawings.prompts).toContainEqual(prompt);
});

test("a file with bare texts is a set; one without prompts or with an unknown field is none", () => {
  const head = { name: "mine", title: "Mine", version: 1, licence: "CC0-1.0", description: "" };
  expect(PromptSetFile.parse({ ...head, prompts: [{ text: " a cat " }] }).prompts).toEqual([
    {
      text: "a cat",
      language: "en",
      concept: null,
      group: null,
      style: null,
      colour: null,
      unseen: false,
      category: null,
      challenge: null,
    },
  ]);
  expect(PromptSetFile.safeParse({ ...head, prompts: [] }).success).toBe(false);
  expect(PromptSetFile.safeParse({ ...head, prompts: [{ text: "a", weight: 2 }] }).success).toBe(false);
});
