import type { RunPicture } from "@mezzotint/services/run/pictures";
import { expect, test } from "vitest";
import { matrixRows } from "./matrix-rows.ts";

function picture(runId: string, prompt: string, seed: string): RunPicture {
  const imageId = `${runId} ${prompt} ${seed}`;
  return {
    runId,
    prompt,
    seed,
    imageId,
    promptIndex: 0,
    seedIndex: 0,
    width: 64,
    height: 64,
    url: `/files/${imageId}`,
  };
}

test("a row holds one prompt with one seed, whatever place it has in a run's own set", () => {
  const rows = matrixRows([
    picture("a", "apple", "1"),
    { ...picture("b", "apple", "1"), promptIndex: 3 },
    picture("a", "apple", "2"),
    picture("b", "pear", "1"),
  ]);
  expect(rows.map(({ prompt, seed, pictures }) => [prompt, seed, [...pictures.keys()]])).toEqual([
    ["apple", "1", ["a", "b"]],
    ["apple", "2", ["a"]],
    ["pear", "1", ["b"]],
  ]);
});
