import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodePng } from "@mezzotint/image/encode-png";
import { afterAll, expect, test } from "vitest";
import { meanColourModel } from "../testing/tiny-extractors.ts";
import { fid } from "./fid.ts";

const home = await mkdtemp(path.join(tmpdir(), "mezzotint-fid-"));
afterAll(() => rm(home, { recursive: true }));

test("a folder with a picture that cannot be read has no distance", async () => {
  await writeFile(path.join(home, "model.onnx"), meanColourModel(8, "features"));
  for (const [folder, brightness] of [
    ["a", 10],
    ["b", 60],
  ] as const) {
    await mkdir(path.join(home, folder));
    for (const step of [0, 1, 2]) {
      const data = new Uint8Array(8 * 8 * 3).fill(brightness + 51 * step);
      await writeFile(path.join(home, folder, `${step}.png`), await encodePng({ width: 8, height: 8, data }));
    }
  }
  const measure = () =>
    fid.run({
      content: { pipeline: "tiny", protocol: "pytorch-fid", folders: ["a", "b"] },
      folder: home,
      array: () => Promise.reject(new Error("a folder case has no arrays")),
      pipelineFolder: () => Promise.resolve(home),
    });
  // Equal spreads, and means 50 / 255 apart on a scale of 2 in each of three channels.
  expect((await measure()).expected).toBeCloseTo(3 * (100 / 255) ** 2, 5);
  await writeFile(path.join(home, "b", "broken.png"), "no picture");
  await expect(measure()).rejects.toThrow("b: 10 bytes are not a readable image");
});
