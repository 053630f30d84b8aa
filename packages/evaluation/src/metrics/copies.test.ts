import { describe, expect, test } from "vitest";
import { matrixOf, normalFeatures } from "../testing/matrices.ts";
import { directionalCosines } from "./directional-similarity.ts";
import { findMemorised } from "./memorisation.ts";
import { nearDuplicates } from "./near-duplicates.ts";
import { promptClass } from "./prompt-class.ts";
import { promptDiversity } from "./prompt-diversity.ts";
import { selectRows } from "./select-rows.ts";

describe("copies", () => {
  test("a sample beside a training picture is found, one among many is not, and twins in training count once", () => {
    const training = matrixOf([
      [0, 0],
      [0, 0],
      [10, 0],
      [0, 10],
    ]);
    const samples = matrixOf([
      [0.1, 0],
      [5, 0],
      [0, 8],
    ]);
    const { copied, nearest } = findMemorised(samples, training);
    expect([...copied]).toEqual([1, 0, 1]);
    expect(nearest.map(({ place }) => place)).toEqual([0, 0, 3]);
    expect(nearest[0]?.ratio).toBeCloseTo(0.1 / 9.9, 12);
    expect(nearest[2]?.distance).toBeCloseTo(2, 12);
  });

  test("fresh samples of the same kind are hardly ever called copies, the training pictures themselves always", () => {
    const training = normalFeatures(300, 16);
    const fresh = findMemorised(normalFeatures(200, 16, 2), training).copied;
    expect(fresh.reduce((sum, one) => sum + one, 0)).toBe(0);
    expect(findMemorised(selectRows(training, [3, 7]), training).copied).toEqual(Float64Array.of(1, 1));
  });

  test("twins are pairs above the cosine, whatever their length", () => {
    const features = matrixOf([
      [1, 0, 0],
      [0, 1, 0],
      [5, 0.01, 0],
      [0, 0, 2],
    ]);
    const { hasTwin, nearest } = nearDuplicates(features);
    expect([...hasTwin]).toEqual([1, 0, 1, 0]);
    expect(nearest[0]).toMatchObject({ place: 2, cosine: expect.closeTo(1, 4) });
    expect(() => nearDuplicates(features, 1.2)).toThrow("got 1.2");
    expect(() => nearDuplicates(matrixOf([[0], [1]]))).toThrow("embedding 0 of 2 has length 0");
  });
});

test("diversity is the mean of 1 - cosine over the pairs of each prompt", () => {
  const features = matrixOf([
    [1, 0],
    [0, 3],
    [-2, 0],
    [1, 1],
    [1, 1],
    [9, 9],
  ]);
  const { mean, perPrompt } = promptDiversity(features, ["a", "a", "a", "b", "b", "alone"]);
  expect([...perPrompt.keys()]).toEqual(["a", "b"]);
  expect(perPrompt.get("a")).toBeCloseTo((1 + 1 + 2) / 3, 12);
  expect(perPrompt.get("b")).toBeCloseTo(0, 12);
  expect(mean).toBeCloseTo(2 / 3, 12);
  expect(() => promptDiversity(features, ["a", "b", "c", "d", "e", "f"])).toThrow("6 pictures of 6 prompts");
});

test("directions compare changes, not places", () => {
  const input = { images: matrixOf([[0, 2]]), sourceImages: matrixOf([[3, 0]]) };
  const along = directionalCosines({ ...input, texts: matrixOf([[0, 1]]), sourceTexts: matrixOf([[1, 0]]) });
  expect(along[0]).toBeCloseTo(1, 12);
  const against = directionalCosines({ ...input, texts: matrixOf([[1, 0]]), sourceTexts: matrixOf([[0, 1]]) });
  expect(against[0]).toBeCloseTo(-1, 12);
  const same = { texts: matrixOf([[2, 0]]), sourceTexts: matrixOf([[1, 0]]) };
  expect(() => directionalCosines({ ...input, ...same })).toThrow("texts 0 of 1 is the same as its source");
});

test("a class is present from 1 % of the pixels on, and largest when no other but the background covers more", () => {
  const map = [...Array.from({ length: 90 }, () => 0), ...Array.from({ length: 9 }, () => 2), 1];
  const wanted = { classes: 4, background: 0 };
  expect(promptClass(map, { ...wanted, label: 1 })).toEqual({ present: true, largest: false, share: 0.01 });
  expect(promptClass(map, { ...wanted, label: 2 })).toMatchObject({ present: true, largest: true });
  expect(promptClass(map, { ...wanted, label: 3 })).toEqual({ present: false, largest: false, share: 0 });
  expect(() => promptClass(map, { ...wanted, label: 0 })).toThrow("class 0 of 4 with background 0");
  expect(() => promptClass([], { ...wanted, label: 1 })).toThrow("in 0 pixels");
});
