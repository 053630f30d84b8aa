import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePrompts } from "./parse-prompts.ts";

test("plain text is one prompt a line; repeated ones are counted and left out", () => {
  const { prompts, repeated } = parsePrompts("a cat\r\n\n  two dogs, one red \na cat\n");
  expect(prompts.map(({ text }) => text)).toEqual(["a cat", "two dogs, one red"]);
  expect(repeated).toBe(1);
});

test("PartiPrompts' table, with tabs and bare quotes, keeps category and challenge", () => {
  const table =
    'Prompt\tCategory\tChallenge\tNote\na sign that says "Deep"\tArts\tWriting & Symbols\t\na cat\tAnimals\tBasic\t';
  expect(parsePrompts(table).prompts).toMatchObject([
    { text: 'a sign that says "Deep"', category: "Arts", challenge: "Writing & Symbols" },
    { text: "a cat", category: "Animals", challenge: "Basic" },
  ]);
});

test("DrawBench's table, with quoted commas and line breaks", () => {
  const table = 'Prompts,Category\n"A red, then blue car.\nAt night",Colors\nA bird,Colors\n';
  expect(parsePrompts(table).prompts).toMatchObject([
    { text: "A red, then blue car.\nAt night", category: "Colors" },
    { text: "A bird", category: "Colors" },
  ]);
});

test("GenEval's lines keep the tag, and the thing and colour where there is one thing", () => {
  const lines = [
    '{"tag": "colors", "include": [{"class": "apple", "count": 1, "color": "red"}], "prompt": "a photo of a red apple"}',
    '{"tag": "two_object", "include": [{"class": "cup", "count": 1}, {"class": "fork", "count": 1}], "prompt": "a cup and a fork"}',
  ];
  expect(parsePrompts(lines.join("\n")).prompts).toMatchObject([
    { text: "a photo of a red apple", category: "colors", concept: "apple", colour: "red" },
    { text: "a cup and a fork", category: "two_object", concept: null, colour: null },
  ]);
});

test.each([
  ["Line 2 is no JSON.", '{"prompt":"a"}\nnope'],
  ["Line 1 has no prompt", '{"tag":"x"}'],
  ["There is no prompt", " \n\n"],
  ["The table cannot be read", 'prompt,category\n"open,x'],
  ["Line 1: text", "x".repeat(2_001)],
])('"%s" says what is wrong', (words, text) => {
  expect(() => parsePrompts(text)).toThrow(words);
});

test("any lines of words come back as they are", () => {
  const word = fc.stringMatching(/^[a-z][a-z ]{0,20}[a-z]$/);
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 20 }), (lines) => {
      fc.pre(!["prompt", "prompts", "text", "caption"].includes(lines[0] ?? ""));
      expect(parsePrompts(lines.join("\n")).prompts.map(({ text }) => text)).toEqual(lines);
    }),
  );
});
