import fc from "fast-check";
import { expect, test } from "vitest";
import { parseWeightedPrompt } from "./parse-weighted-prompt.ts";

const parsed = (prompt: string) =>
  parseWeightedPrompt(prompt).map(({ text, weight }) => [text, Math.round(weight * 1e6) / 1e6]);

test.each([
  ["a red apple", [["a red apple", 1]]],
  [
    "a (red:1.3) apple",
    [
      ["a ", 1],
      ["red", 1.3],
      [" apple", 1],
    ],
  ],
  ["((red))", [["red", 1.21]]],
  ["[red]", [["red", 0.909091]]],
  [
    "(a (b:2) c)",
    [
      ["a ", 1.1],
      ["b", 2.2],
      [" c", 1.1],
    ],
  ],
  [String.raw`\(not weighted\) \[nor this\] \\`, [[String.raw`(not weighted) [nor this] ` + "\\", 1]]],
  ["smile :) and 16:9", [["smile :) and 16:9", 1]]],
  [
    "an (open bracket",
    [
      ["an ", 1],
      ["open bracket", 1.1],
    ],
  ],
  ["a ) stray ]", [["a ) stray ]", 1]]],
  ["(a:.5)", [["a", 0.5]]],
  ["(a: 99 )", [["a", 10]]],
  ["[a:1.5)", [["a:1.5)", 0.909091]]],
  ["", []],
])("%s", (prompt, expected) => {
  expect(parsed(prompt)).toEqual(expected);
});

const escape = (text: string) => text.replaceAll(/[()[\]\\]/g, String.raw`\$&`);

test("escaped text comes back as it was, in one part", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
      expect(parseWeightedPrompt(escape(text))).toEqual([{ text, weight: 1 }]);
    }),
  );
});

test("whatever is written, no character but brackets and weights is lost, and weights are finite", () => {
  const pieces = fc.constantFrom("(", ")", "[", "]", ":", "1.2", "\\", "a", " ", ":1.5)");
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (list) => {
      const prompt = list.join("");
      const parts = parseWeightedPrompt(prompt);
      const kept = parts.map(({ text }) => text).join("");
      expect(kept.replaceAll(/[^a ]/g, "")).toBe(prompt.replaceAll(/[^a ]/g, ""));
      for (const { text, weight } of parts) {
        expect(text).not.toBe("");
        expect(Number.isFinite(weight) && weight >= 0).toBe(true);
      }
    }),
  );
});

test("brackets around a whole prompt multiply every weight in it", () => {
  const words = fc.string({ unit: fc.constantFrom("a", "b", " "), minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(words, words, fc.integer({ min: 1, max: 40 }), (before, inside, tenths) => {
      const prompt = `${before}(${inside}:${tenths / 10})`;
      const plain = parseWeightedPrompt(prompt);
      const wrapped = parseWeightedPrompt(`(${prompt}:2)`);
      expect(wrapped.map(({ text }) => text)).toEqual(plain.map(({ text }) => text));
      for (const [i, { weight }] of wrapped.entries()) expect(weight).toBeCloseTo(2 * (plain[i]?.weight ?? 0), 9);
    }),
  );
});
