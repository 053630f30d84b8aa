import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RgbImage } from "@mezzotint/image/decode-image";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { encodePng } from "@mezzotint/image/encode-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clipScore, pairedCosines } from "../metrics/clip-score.ts";
import { frechetDistanceOfFeatures } from "../metrics/frechet.ts";
import { meanColourModel, writeColourClassifier, writeColourClip } from "../testing/tiny-extractors.ts";
import { clipInput } from "./clip-input.ts";
import { byOutput, openClassifier } from "./classifier.ts";
import { openClip } from "./clip.ts";
import { gatherFolderFeatures } from "./gather-features.ts";
import { listImageFiles } from "./image-files.ts";
import { INCEPTION_PROTOCOLS, inceptionInput } from "./inception-input.ts";
import { openInception } from "./inception.ts";
import { startPreparationPool } from "./preparation-pool.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "extractors-"));
  await writeFile(path.join(folder, "model.onnx"), meanColourModel(299, "features"));
  await writeColourClip(path.join(folder, "clip"));
});

afterAll(() => rm(folder, { recursive: true }));

function plain(width: number, height: number, colour: readonly [number, number, number]): RgbImage {
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => Number(colour[i % 3])) };
}

async function writePictures(name: string, colours: readonly (readonly [number, number, number])[]): Promise<string> {
  const place = path.join(folder, name);
  await mkdir(place);
  for (const [i, colour] of colours.entries()) {
    await writeFile(path.join(place, `${i}.png`), await encodePng(plain(5, 4, colour)));
  }
  return place;
}

test("a classifier's features are its logits, and any output of a model can be its features", async () => {
  await writeColourClassifier(path.join(folder, "classifier"));
  const classifier = await openClassifier(path.join(folder, "classifier"), { threads: 1 });
  const prepared = [classifier.prepare(plain(9, 11, [255, 0, 51]))];
  const logits = await classifier.run(prepared);
  expect([logits.rows, logits.columns]).toEqual([1, 3]);
  expect([...logits.data].map((value) => Math.round(value * 100) / 100)).toEqual([1, 0, 0.2]);
  const same = byOutput(classifier, "logits");
  expect(await same.run(prepared)).toEqual(logits);
  expect(() => byOutput(classifier, "pool3")).toThrow("no output pool3, only logits");
  await classifier.dispose();
  await writeFile(path.join(folder, "classifier", "model.onnx"), meanColourModel(8, "image_embeds"));
  await expect(openClassifier(path.join(folder, "classifier"))).rejects.toThrow("its first one is image_embeds");
});

describe("Inception", () => {
  test("each protocol names its own range", () => {
    const size = { width: 299, height: 299 };
    const middle = (protocol: (typeof INCEPTION_PROTOCOLS)[number], value: number) =>
      Number(inceptionInput(plain(20, 30, [value, value, value]), protocol, size)[299 * 150 + 100]);
    expect([0, 255].map((value) => middle("pytorch-fid", value))).toEqual([-1, 1]);
    for (const protocol of ["torch-fidelity", "clean-fid"] as const) {
      expect([0, 128, 255].map((value) => middle(protocol, value))).toEqual([-1, 0, 127 / 128]);
    }
  });

  test("planes are red, green, blue, and rows stay rows", () => {
    const image = plain(2, 2, [0, 0, 0]);
    image.data[3 + 1] = 255;
    for (const protocol of INCEPTION_PROTOCOLS) {
      const input = inceptionInput(image, protocol, { width: 8, height: 8 });
      const at = (c: number, y: number, x: number) => Number(input[c * 64 + y * 8 + x]);
      expect(at(1, 0, 7)).toBeGreaterThan(0.9);
      expect(at(1, 7, 0)).toBeLessThan(-0.9);
      expect(at(0, 0, 7)).toBe(-1);
      expect(at(2, 0, 7)).toBe(-1);
    }
  });

  test("two folders of pictures have the distance of their mean colours; unreadable files are listed", async () => {
    const colours = (shift: number) => Array.from({ length: 11 }, (_, i) => [10 * i + shift, 7, 3 * i] as const);
    const [a, b] = [await writePictures("a", colours(0)), await writePictures("b", colours(51))];
    await writeFile(path.join(b, "0-broken.png"), "no picture");
    await writeFile(path.join(b, "zz-broken.png"), "no picture either");
    await writeFile(path.join(b, "notes.txt"), "not for this");
    const extractor = await openInception(folder, { protocol: "pytorch-fid", threads: 1 });
    const pool = startPreparationPool();
    const targets = [{ extractor, outputs: ["features"] }];
    const [first, second] = [
      await gatherFolderFeatures(a, { targets, pool }),
      await gatherFolderFeatures(b, { targets, pool }),
    ];
    await pool.close();
    const [features, others] = [first, second].map(({ outputs }) => outputs[0]?.[0] as Matrix) as [Matrix, Matrix];
    expect(features.rows).toBe(11);
    expect(second.pictures.map(({ file }) => path.basename(file))[10]).toBe("9.png");
    expect(second.pictures[0]).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), prompt: null });
    expect(second.unreadable.map(({ file }) => path.basename(file))).toEqual(["0-broken.png", "zz-broken.png"]);
    expect(frechetDistanceOfFeatures(features, others)).toBeCloseTo(0.4 ** 2, 3);
    expect(extractor.protocol).toMatchObject({ preprocessing: "pytorch-fid 299x299", dimensions: 3 });
    expect(extractor.protocol.weights).toMatch(/^[0-9a-f]{64}$/);
    await expect(extractor.run([new Float32Array(5)])).rejects.toThrow("[3,299,299] = 268203 values, got 5");
    await extractor.dispose();
  });

  test("a folder without pictures and a model that is missing are named", async () => {
    await expect(listImageFiles(path.join(folder, "clip"))).rejects.toThrow("0 pictures among 5 files");
    await expect(openInception(path.join(folder, "none.onnx"), { protocol: "clean-fid" })).rejects.toThrow("none.onnx");
  });
});

describe("CLIP", () => {
  test("a wide picture is cut at the floor of half the remainder", () => {
    const ramp = {
      width: 13,
      height: 8,
      data: Uint8Array.from({ length: 13 * 8 * 3 }, (_, i) => Math.floor(i / 3) % 13),
    };
    const input = clipInput(ramp, {
      shortestEdge: 8,
      filter: "bicubic",
      crop: { width: 8, height: 8 },
      mean: [0, 0, 0],
      deviation: [1 / 255, 1 / 255, 1 / 255],
    });
    [2, 3, 4, 5, 6, 7, 8, 9].forEach((value, x) => expect(input[x]).toBeCloseTo(value, 5));
  });

  test("colours meet their letters, and what was cut from a text is told", async () => {
    const clip = await openClip(path.join(folder, "clip"), { threads: 1 });
    const pictures = [plain(9, 20, [200, 0, 0]), plain(8, 8, [0, 90, 0]), plain(30, 9, [0, 0, 255])];
    const images = await clip.run(pictures.map((picture) => clip.prepare(picture)));
    const { embeddings, lostTokens } = await clip.embedTexts(["r r", "b", "b b b b b b"]);
    expect(lostTokens).toEqual([0, 0, 2]);
    const cosines = pairedCosines(images, embeddings);
    [1, 0, 1].forEach((expected, i) => expect(cosines[i]).toBeCloseTo(expected, 6));
    expect(clipScore(cosines, "hundred-cosine").mean).toBeCloseTo(200 / 3, 4);
    expect(clip.protocol.preprocessing).toBe("clip pillow-bicubic 8 floor-crop 8x8 mean 0 0 0 deviation 1 1 1");
    await clip.dispose();
    await clip.dispose();
  });

  test("what is missing or wrong in a folder is named", async () => {
    await expect(openClip(path.join(folder, "nowhere"))).rejects.toThrow("config.json cannot be read");
    const damaged = path.join(folder, "damaged");
    await writeColourClip(damaged);
    await writeFile(path.join(damaged, "preprocessor_config.json"), "{}");
    await expect(openClip(damaged)).rejects.toThrow("preprocessor_config.json");
    await writeColourClip(damaged);
    await rm(path.join(damaged, "onnx", "text_model.onnx"));
    await expect(openClip(damaged)).rejects.toThrow("text_model.onnx is neither in it nor in its onnx folder");
  });
});
