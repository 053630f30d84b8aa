import { readFile } from "node:fs/promises";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { readNpy } from "@mezzotint/numeric/npy";
import { expect, test } from "vitest";
import { EVALUATION_PARITY_KINDS } from "./kinds.ts";

/** Runs a kind over recorded arrays; a name stands for a file among the fixtures. */
function measure(kind: string, content: object, files: Readonly<Record<string, string>> = {}) {
  const found = EVALUATION_PARITY_KINDS[kind];
  if (found === undefined) throw new MezzotintError("NOT_FOUND", `kind ${kind}`);
  return found.run({
    content,
    folder: ".",
    array: async (name) => readNpy(await readFile(new URL(`../${files[name]}.npy`, import.meta.url))),
    pipelineFolder: (name) => Promise.reject(new MezzotintError("NOT_FOUND", `pipelines/${name} was not found`)),
  });
}

test("figures come in the form the cases record them", async () => {
  const frechet = await measure(
    "frechet",
    {},
    { a: "metrics/__fixtures__/frechet-a", b: "metrics/__fixtures__/frechet-b" },
  );
  expect(frechet.expected).toBeCloseTo(17524.36225553921, 7);
  const kid = await measure("kid", {}, { a: "metrics/__fixtures__/kid-a", b: "metrics/__fixtures__/kid-b" });
  expect(kid.expected).toBeCloseTo(0.01585131649384941, 12);
  const maps = { truth: "metrics/__fixtures__/fcn-truth", predicted: "metrics/__fixtures__/fcn-predicted" };
  const fcn = await measure("fcn-score", { classes: 19, ignoreLabel: 255 }, maps);
  expect(fcn.expected).toMatchObject({ "pytorch-fcn": { accuracy: 0.7286116803278688 }, pix2pix: {} });
  const { expected } = await measure("bradley-terry", {
    wins: [
      [0, 3],
      [1, 0],
    ],
  });
  expect(expected).toMatchObject({
    theta: [expect.closeTo(Math.log(3) / 2, 12), expect.closeTo(-Math.log(3) / 2, 12)],
  });
});

test("cases that make no sense, or whose model is not there, are refused", async () => {
  await expect(measure("bradley-terry", { wins: [[0, 3], [1]] })).rejects.toThrow("expected 2 x 2, a row has 1");
  const content = { method: "nearest-ish", width: 4, height: 4 };
  await expect(measure("resize", content, { source: "metrics/__fixtures__/kid-a" })).rejects.toThrow("expected bytes");
  const folders = { pipeline: "none", protocol: "clean-fid", folders: ["a", "b"] };
  await expect(measure("fid", folders)).rejects.toThrow("pipelines/none was not found");
});
