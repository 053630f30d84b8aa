import { describe, expect, it } from "vitest";
import { saidColor, saidStyle, sampleCaption, sampleColorCaption } from "./captions.ts";
import { loadConcepts } from "./emoji/concepts.ts";
import { withArticle } from "./english-phrase.ts";
import type { DrawingMetadata } from "./metadata.ts";
import { sampleWeight } from "./sample-weight.ts";

/** A small linear congruential generator: the tests need repeatable numbers, not good ones. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

const concepts = loadConcepts();

async function drawing(label: string, change: Partial<DrawingMetadata> = {}): Promise<DrawingMetadata> {
  const concept = (await concepts).find((candidate) => candidate.label === label);
  if (concept === undefined) throw new Error(`no concept ${label}`);
  const { hexcode, group, subgroup, names, keywords } = concept;
  const place = { id: `noto/${hexcode}`, set: "noto", style: "shaded", concept: hexcode, group, subgroup };
  return { kind: "drawing", ...place, color: null, names: { ...names }, keywords: { ...keywords }, ...change };
}

describe("sampleCaption", () => {
  it("varies a name the way users do, in the documented shares", async () => {
    const engine = await drawing("fire engine", { color: "red" });
    const random = numbers(7);
    const captions = Array.from({ length: 8000 }, () => sampleCaption(engine, random));
    const share = (test: (caption: string) => boolean) => captions.filter(test).length / captions.length;
    expect(share((caption) => /[一-鿿]/u.test(caption))).toBeCloseTo(0.17, 1);
    expect(share((caption) => /shaded|立体/.test(caption))).toBeCloseTo(0.5, 1);
    expect(share((caption) => caption.includes("fire engine"))).toBeGreaterThan(0.6);
    const wanted = ["fire engine", "a fire engine", "red fire engine", "a shaded red fire engine", "engine", "消防车"];
    for (const caption of wanted) expect(captions).toContain(caption);
    expect(captions).toContain("an icon of a red fire engine in shaded style");
    expect(captions).toContain("立体风格的红色的消防车");
  });

  it("does not repeat a colour the name has, nor change with anything but its numbers", async () => {
    const apple = await drawing("red apple", { color: "red" });
    const random = numbers(3);
    const captions = Array.from({ length: 2000 }, () => sampleCaption(apple, random));
    expect(captions.filter((caption) => caption.includes("red red"))).toEqual([]);
    expect(captions).toContain("apple");
    expect(sampleCaption(apple, numbers(5))).toBe(sampleCaption(apple, numbers(5)));
  });

  it("gives a captioned image its own captions", () => {
    const photo = { kind: "captioned", id: "a.jpg", captions: ["one", "two"] } as const;
    const random = numbers(1);
    const seen = new Set(
      Array.from({ length: 50 }, () => sampleCaption({ ...photo, captions: ["one", "two"] }, random)),
    );
    expect([...seen].sort()).toEqual(["one", "two"]);
  });
});

describe("withArticle", () => {
  it.each([
    ["red apple", "a red apple"],
    ["owl", "an owl"],
    ["unicorn", "a unicorn"],
    ["umbrella", "an umbrella"],
    ["hourglass not done", "an hourglass not done"],
    ["grapes", "grapes"],
    ["bus", "a bus"],
    ["cactus", "a cactus"],
    ["glossy cooked rice", "glossy cooked rice"],
    ["man with red hair", "a man with red hair"],
    ["T-shirt", "a T-shirt"],
    ["Statue of Liberty", "Statue of Liberty"],
  ])("%s -> %s", (phrase, expected) => {
    expect(withArticle(phrase)).toBe(expected);
  });
});

describe("sampleWeight", () => {
  it("prefers things to signs and never drops anything", async () => {
    const weight = async (label: string) => sampleWeight(await drawing(label));
    const descending = ["red apple", "automobile", "person", "family: man, boy", "twelve o’clock"];
    const weights = await Promise.all(descending.map(weight));
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
    expect(Math.min(...weights)).toBeGreaterThan(0);
    expect(await weight("red heart")).toBeGreaterThan(await weight("right arrow"));
  });
});

describe("sampleColorCaption", () => {
  it("says the new colour, never the one in the name, in English and Chinese", async () => {
    const apple = await drawing("red apple", { color: "red" });
    const random = numbers(11);
    const captions = Array.from({ length: 1000 }, () => sampleColorCaption(apple, "blue", random));
    expect(captions.filter((caption) => saidColor(caption) !== "blue")).toEqual([]);
    expect(captions.filter((caption) => /\bred\b|红/u.test(caption))).toEqual([]);
    for (const wanted of ["blue apple", "a shaded blue apple", "蓝色的苹果"]) expect(captions).toContain(wanted);
  });
});

describe("what a caption says", () => {
  it.each([
    ["a shaded red fire engine", "red", "shaded"],
    ["光泽风格的蓝色的蘑菇", "blue", "glossy"],
    ["panda", null, null],
    ["Shredder, flat style", null, "flat"],
  ])("%s: colour %s, style %s", (caption, color, style) => {
    expect([saidColor(caption), saidStyle(caption)]).toEqual([color, style]);
  });
});
