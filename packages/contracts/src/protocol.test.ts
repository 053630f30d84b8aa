import { expect, test } from "vitest";
import { Protocol, protocolDifferences, protocolId, whyUnranked } from "./protocol.ts";

const fid: Protocol = {
  metric: "fid",
  variant: "pytorch-fid",
  extractor: "a".repeat(64),
  preprocessing: "pytorch-fid 299x299",
  dimensions: 2_048,
  reference: "b".repeat(64),
  n: 10_000,
  convention: null,
  unreadable: [],
};

test("equal protocols have one id, whatever the order of their fields", async () => {
  const turned = Protocol.parse(Object.fromEntries(Object.entries(fid).toReversed()));
  expect(await protocolId(turned)).toBe(await protocolId(fid));
  expect(await protocolId(fid)).toMatch(/^[0-9a-f]{64}$/);
  expect(await protocolId({ ...fid, n: 9_999 })).not.toBe(await protocolId(fid));
  expect(await protocolId({ ...fid, unreadable: ["x.png"] })).not.toBe(await protocolId(fid));
});

test("differences name the fields; files that could not be read are told, not compared", () => {
  expect(protocolDifferences(fid, fid)).toEqual([]);
  expect(protocolDifferences(fid, { ...fid, unreadable: ["broken.png"] })).toEqual([]);
  const other: Protocol = { ...fid, variant: "clean-fid", preprocessing: "clean-fid 299x299", reference: null };
  expect(protocolDifferences(fid, other)).toEqual(["variant", "preprocessing", "reference"]);
  expect(protocolDifferences(fid, { ...fid, n: 5_000 })).toEqual(["n"]);
});

test("the number of pictures counts only where the value depends on it", () => {
  const kid: Protocol = { ...fid, metric: "kid" };
  expect(protocolDifferences(kid, { ...kid, n: 50 })).toEqual([]);
  expect(protocolDifferences(kid, { ...fid, n: 50 })).toEqual(["metric", "n"]);
});

test("FID below 2,048 pictures is shown, not ranked", () => {
  expect(whyUnranked({ ...fid, n: 2_047 })).toBe("FID is ranked from 2048 pictures on, this is of 2047");
  expect(whyUnranked({ ...fid, n: 2_048 })).toBeNull();
  expect(whyUnranked({ ...fid, n: 2_048, dimensions: 4_096 })).toContain("from 4096");
  expect(whyUnranked({ ...fid, metric: "kid", n: 50 })).toBeNull();
});
