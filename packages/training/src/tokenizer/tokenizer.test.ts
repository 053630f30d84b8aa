import { Tokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadConcepts } from "../data/emoji/concepts.ts";
import { toByteCharacters } from "./byte-alphabet.ts";
import { countWords, type WeightedText } from "./count-words.ts";
import { SPECIAL_TOKENS } from "./special-tokens.ts";
import { toFixedLength } from "./to-fixed-length.ts";
import { trainBpe } from "./train-bpe.ts";
import { tokenizerFiles } from "./write-tokenizer.ts";

const specialTokens = Object.values(SPECIAL_TOKENS);

async function trained() {
  const texts: WeightedText[] = [["a", 10_000]];
  for (const { names } of await loadConcepts()) texts.push([names.en, 20], [names.zh, 4], [names.ja, 1]);
  const model = trainBpe({ wordCounts: countWords(texts), vocabularySize: 2048, specialTokens });
  const files = tokenizerFiles(model);
  return { model, files, tokenizer: new Tokenizer(files.tokenizer, files.config) };
}

const setup = trained();

describe("trainBpe", () => {
  it("merges the most frequent pair first and equal ones in the order of their ids", () => {
    const wordCounts = new Map([
      ["abab", 2],
      ["cd", 3],
      ["xy", 3],
    ]);
    const { merges, vocabulary } = trainBpe({ wordCounts, vocabularySize: 1000, specialTokens });
    expect(merges).toEqual([
      ["a", "b"],
      ["c", "d"],
      ["x", "y"],
      ["ab", "ab"],
    ]);
    expect(vocabulary).toHaveLength(3 + 256 + 4);
    expect(vocabulary.slice(0, 3)).toEqual(["<|pad|>", "<|start|>", "<|end|>"]);
  });

  it("gives the same vocabulary twice, without doubles", async () => {
    const { model } = await setup;
    expect((await trained()).model).toEqual(model);
    expect(new Set(model.vocabulary).size).toBe(2048);
  });

  it("refuses a vocabulary without room for the bytes", () => {
    const tooSmall = () => trainBpe({ wordCounts: new Map(), vocabularySize: 200, specialTokens });
    expect(tooSmall).toThrow("expected 259 to 1048576, got 200");
  });
});

describe("the written tokenizer", () => {
  it("gives back any text it encodes, lower-cased and composed", async () => {
    const { tokenizer } = await setup;
    const text = fc.string({ unit: "grapheme", maxLength: 30 }).filter((value) => !value.startsWith(" "));
    fc.assert(
      fc.property(text, (value) => {
        const { ids } = tokenizer.encode(value);
        const decoded = tokenizer.decode(ids, { skip_special_tokens: true });
        expect(decoded).toBe(value.normalize("NFC").toLowerCase());
      }),
    );
  });

  it("takes few tokens for common names, and gives them between start and end", async () => {
    const { tokenizer } = await setup;
    expect(tokenizer.encode("A Red Apple").tokens).toEqual(["<|start|>", "Ġa", "Ġred", "Ġapple", "<|end|>"]);
    expect(tokenizer.encode("红苹果").ids.length).toBeLessThanOrEqual(7);
    expect(tokenizer.encode("").ids).toEqual([1, 2]);
  });

  it("does not see how accents are composed, and spells what it never saw in bytes", async () => {
    const { tokenizer } = await setup;
    expect(tokenizer.encode("pin\u0303ata").ids).toEqual(tokenizer.encode("pi\u00f1ata").ids);
    expect(tokenizer.encode("𓂀").tokens.slice(1, -1).join("")).toBe(`Ġ${toByteCharacters("𓂀")}`);
  });
});

describe("toFixedLength", () => {
  it("pads behind the end and keeps it when it truncates", async () => {
    const { tokenizer } = await setup;
    const { ids } = tokenizer.encode("a red apple");
    expect([...toFixedLength(ids, 8, 0)]).toEqual([...ids, 0, 0, 0]);
    expect([...toFixedLength(ids, 4, 0)]).toEqual([...ids.slice(0, 3), 2]);
    expect(() => toFixedLength([1], 8, 0)).toThrow("got 1 and 8");
  });
});
