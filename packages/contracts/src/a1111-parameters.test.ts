import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatA1111Parameters, parseA1111Parameters } from "./a1111-parameters.ts";

describe("A1111 parameters", () => {
  const words = fc.string({ unit: "grapheme", maxLength: 40 }).filter((text) => !text.includes("Negative prompt: "));
  const name = fc.string({ maxLength: 20 }).filter((text) => text === "" || text.trim() !== "");
  const size = fc.integer({ min: 8, max: 2048 });

  it("are parsed back from their text", () => {
    const parameters = fc.record({
      prompt: words,
      negativePrompt: words,
      steps: fc.integer({ min: 1, max: 1000 }),
      sampler: name,
      guidanceScale: fc.double({ min: 0, max: 100, noNaN: true }).map((value) => value + 0),
      seed: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
      width: size,
      height: size,
      modelName: name,
      modelHash: fc.stringMatching(/^[0-9a-f]{10}$/),
    });
    fc.assert(
      fc.property(parameters, (value) => {
        expect(parseA1111Parameters(formatA1111Parameters(value))).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it("read a text of another program and name what is missing", () => {
    const text =
      "a cat,\nsharp\nNegative prompt: blurry\nSteps: 28, Sampler: Euler a, CFG scale: 7.5, Seed: 42, Size: 512x768, " +
      'Model hash: abc, Model: sd, Lora hashes: "x: 1, y: 2", Version: v1.6';
    const expected = { prompt: "a cat,\nsharp", negativePrompt: "blurry", steps: 28, sampler: "Euler a", height: 768 };
    expect(parseA1111Parameters(text)).toMatchObject(expected);
    expect(() => parseA1111Parameters("a cat")).toThrow('no "Size"');
  });
});
