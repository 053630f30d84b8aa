import { expect, test } from "vitest";
import { gateFails, parseGate } from "./gate.ts";
import { brokenBy } from "./run-evaluate-folders.ts";

test("bounds are a metric, a direction and a number; a sign makes them a difference", () => {
  expect(parseGate("fid>12")).toEqual({ text: "fid>12", metric: "fid", fails: ">", bound: 12, relative: false });
  expect(parseGate("clip-score < 25.5")).toMatchObject({ metric: "clip-score", fails: "<", bound: 25.5 });
  expect(parseGate("fid>+1.0")).toMatchObject({ bound: 1, relative: true });
  expect(parseGate("recall<-0.05")).toMatchObject({ bound: -0.05, relative: true });
  expect(parseGate("kid>1e-3")).toMatchObject({ bound: 0.001 });
  for (const text of ["fid", "fid=3", "nope>3", "fid>x", "fid>", ">3", "fid>1e"]) {
    expect(() => parseGate(text), text).toThrow(`got ${JSON.stringify(text)}`);
  }
});

test("a bound fails beyond, not at it", () => {
  expect([11.9, 12, 12.1].map((value) => gateFails(parseGate("fid>12"), value))).toEqual([false, false, true]);
  expect([0.4, 0.5].map((value) => gateFails(parseGate("recall<0.5"), value))).toEqual([true, false]);
});

test("a bound on what has no score is broken, and says why", () => {
  const error = { code: "UNSUPPORTED" as const, message: "KID needs a reference" };
  const results = [{ metric: "kid" as const, error }];
  expect(brokenBy(parseGate("kid>1"), { results })).toEqual(["kid>1: no score: KID needs a reference"]);
  expect(brokenBy(parseGate("fid>1"), { results })).toEqual(["fid>1: it was not scored"]);
});
