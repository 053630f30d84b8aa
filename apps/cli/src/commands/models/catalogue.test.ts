import { expect, test } from "vitest";
import { CATALOGUE_MODELS } from "./catalogue-models.ts";
import { pullSourceOf } from "./pull/pull-sources.ts";

test("every model of the catalogue is one that a pull takes, once, with what it is good for", () => {
  expect(CATALOGUE_MODELS.length).toBeGreaterThan(3);
  expect(new Set(CATALOGUE_MODELS.map(({ id }) => id)).size).toBe(CATALOGUE_MODELS.length);
  for (const { id, goodFor, sizeBytes } of CATALOGUE_MODELS) {
    expect(pullSourceOf(id)).toBeTypeOf("function");
    expect(goodFor.length).toBeGreaterThan(20);
    expect(sizeBytes ?? 1).toBeGreaterThan(0);
  }
  for (const wrong of ["", "name", "../x", "a/..", "https://somewhere/a/b"]) {
    expect(() => pullSourceOf(wrong)).toThrow("owner/name of a repository of the Hub");
  }
});
