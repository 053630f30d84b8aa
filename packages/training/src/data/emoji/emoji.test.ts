import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PackedDataSet } from "../packed-data-set.ts";
import { loadConcepts, spokenName } from "./concepts.ts";
import { prepareEmojiDataSet } from "./prepare-emoji-data-set.ts";
import { STYLES } from "./styles.ts";

let folder: string;
let dataSet: PackedDataSet;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "emoji-"));
  dataSet = await prepareEmojiDataSet(folder, { size: 16 });
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

describe("the emoji data set", () => {
  it("has every concept in every set, or names the drawing it lacks", async () => {
    const concepts = await loadConcepts();
    expect(concepts.length).toBeGreaterThan(1600);
    expect(dataSet.count + dataSet.manifest.skipped.length).toBe(concepts.length * STYLES.length);
    expect(dataSet.count).toBeGreaterThan(0.98 * concepts.length * STYLES.length);
  });

  it("has no skin-tone doubles and no country flags", async () => {
    const hexcodes = (await loadConcepts()).map(({ hexcode }) => hexcode);
    expect(new Set(hexcodes).size).toBe(hexcodes.length);
    expect(hexcodes.filter((hexcode) => /1F3F[B-F]|1F1E[6-9A-F]/.test(hexcode))).toEqual([]);
  });

  it("draws a red apple red on white in all four styles, named in every language", () => {
    const apples = [];
    for (let index = 0; index < dataSet.count; index++) {
      const metadata = dataSet.metadata(index);
      if (metadata.kind === "drawing" && metadata.concept === "1F34E")
        apples.push({ metadata, pixels: dataSet.pixels(index) });
    }
    expect(apples.map(({ metadata }) => metadata.style)).toEqual(STYLES.map(({ word }) => word));
    for (const { metadata, pixels } of apples) {
      expect(metadata).toMatchObject({ color: "red", group: "food-drink", names: { en: "red apple", zh: "红苹果" } });
      expect([...pixels.subarray(0, 3)]).toEqual([255, 255, 255]);
      const [red = 0, green = 0, blue = 0] = pixels.subarray((10 * 16 + 8) * 3);
      expect(red).toBeGreaterThan(2 * Math.max(green, blue));
    }
  });

  it("is not drawn again when the folder has it", async () => {
    const { mtimeMs } = await stat(path.join(folder, "images.bin"));
    expect((await prepareEmojiDataSet(folder, { size: 16 })).count).toBe(dataSet.count);
    expect((await stat(path.join(folder, "images.bin"))).mtimeMs).toBe(mtimeMs);
  });
});

describe("spokenName", () => {
  it.each([
    ["A button (blood type)", "A button"],
    ["man: red hair", "man with red hair"],
    ["person: beard", "person with beard"],
    ["woman: bald", "bald woman"],
    ["twelve o’clock", "twelve o'clock"],
    ["Japanese “here” button", "Japanese here button"],
    ["keycap: 1", "keycap 1"],
  ])("%s -> %s", (label, spoken) => {
    expect(spokenName(label)).toBe(spoken);
  });
});
