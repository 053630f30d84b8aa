import type { Recipe } from "@mezzotint/contracts/recipe";
import { expect, test } from "vitest";
import { settingsOfFile } from "./settings-of-file.ts";

const RECIPE: Recipe = {
  version: 1,
  model: { name: "mini", hash: "a".repeat(64) },
  prompt: "תפוח 🍎",
  negativePrompt: null,
  scheduler: { _class_name: "FlowMatchEulerDiscreteScheduler" },
  steps: 20,
  guidanceScale: 3,
  guidanceRescale: 0,
  eta: 0,
  width: 64,
  height: 64,
  seed: "18446744073709551615",
  generator: "torch-cpu",
};

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type, "latin1"), data, Buffer.alloc(4)]);
}

function png(...chunks: readonly Buffer[]): Blob {
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return new Blob([Buffer.concat([signature, chunk("IHDR", Buffer.alloc(13)), ...chunks, chunk("IEND", Buffer.of())])]);
}

const PARAMETERS =
  "red apple, café\nNegative prompt: blurry\nSteps: 28, Sampler: Euler a, CFG scale: 6.5, Seed: 1234, Size: 512x768, Model: some";
const foreign = (text: string): Buffer => chunk("tEXt", Buffer.from(`parameters\0${text}`, "latin1"));
const carrying = (text: string): Buffer => chunk("iTXt", Buffer.from(`mezzotint\0\0\0en\0Rezept\0${text}`, "utf8"));

test("a picture of the studio tells its recipe", async () => {
  const file = png(foreign(PARAMETERS), carrying(JSON.stringify(RECIPE)));
  expect(await settingsOfFile(file)).toEqual({ kind: "recipe", recipe: RECIPE });
});

test("a picture of another program tells what it was made by", async () => {
  expect(await settingsOfFile(png(carrying("{"), foreign(PARAMETERS)))).toMatchObject({
    kind: "parameters",
    parameters: { prompt: "red apple, café", negativePrompt: "blurry", steps: 28, guidanceScale: 6.5, seed: "1234" },
  });
});

test.each([
  ["no PNG", new Blob(["mezzotint\0{}"])],
  ["a PNG without one", png()],
  ["text that is no JSON", png(carrying("{"))],
  ["JSON that is no recipe", png(carrying(JSON.stringify({ ...RECIPE, steps: "many" })))],
  ["a chunk that ends early", png(chunk("iTXt", Buffer.from("mezzotint\0\0\0", "latin1")))],
  ["words that are no settings", png(foreign("red apple"))],
  ["a length beyond the file", new Blob([Buffer.from("89504e470d0a1a0affffffff69545874", "hex")])],
])("%s: there is none", async (_, file) => {
  expect(await settingsOfFile(file)).toBeNull();
});
