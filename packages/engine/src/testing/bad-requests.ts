import { cp, mkdir, rm, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { crc32 } from "node:zlib";
import type { ErrorCode } from "@mezzotint/contracts/errors";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { decodeImage } from "@mezzotint/image/decode-image";
import { Graph } from "@mezzotint/onnx/graph";
import { mul } from "@mezzotint/onnx/graph/ops/elementwise";
import { slice } from "@mezzotint/onnx/graph/ops/shape";
import { writeModel } from "@mezzotint/onnx/write-model";
import { generateImages, type GenerateOptions } from "../generate-images.ts";
import { loadModel } from "../load-model.ts";
import { externalDataModel } from "./external-data-model.ts";
import { TINY_SIZE } from "./tiny-graphs.ts";
import { writeTinyModel } from "./tiny-model.ts";

/** Something that must fail, and how. */
export interface BadRequest {
  readonly name: string;
  readonly code: ErrorCode;
  /** What the message must say. */
  readonly says: string;
  readonly run: () => Promise<unknown>;
}

/** Requests and model folders that nobody can serve, with a model they are asked of; made inside a scratch folder. */
export async function badRequests(
  scratch: string,
): Promise<{ readonly requests: readonly BadRequest[]; readonly release: () => Promise<void> }> {
  const good = path.join(scratch, "good");
  await writeTinyModel(good);
  // A list of checksums would name the first thing wrong before any other check sees it.
  await rm(path.join(good, "checksums.json"));
  const model = await loadModel(good, { threads: 1 });
  const [scheduler] = model.info.schedulers;
  if (scheduler === undefined) throw new RangeError("the tiny model has 0 schedulers");
  const recipe: Recipe = {
    version: 1,
    model: { name: model.info.name, hash: model.info.hash },
    prompt: "a print",
    negativePrompt: null,
    scheduler,
    steps: 4,
    guidanceScale: 2,
    guidanceRescale: 0,
    eta: 0,
    width: TINY_SIZE.imageSide,
    height: TINY_SIZE.imageSide,
    seed: "1",
    generator: "torch-cpu",
  };
  const draw = (changes: Partial<Recipe>, more: Partial<GenerateOptions> = {}) =>
    generateImages(model, { recipe: { ...recipe, ...changes }, count: 1, ...more });
  return {
    requests: [...badRecipes(draw), ...badPictures(), ...(await badFolders(scratch, { good, recipe }))],
    release: () => model.dispose(),
  };
}

type Draw = (changes: Partial<Recipe>, more?: Partial<GenerateOptions>) => Promise<unknown>;

function badRecipes(draw: Draw): BadRequest[] {
  const side = TINY_SIZE.imageSide;
  const hash = "a".repeat(64);
  const image = { width: side, height: side, pixels: new Uint8Array(3 * side * side) };
  const from = (strength: number) => draw({ source: hash, strength }, { source: image });
  const masked = (pixels: Uint8Array) =>
    draw({ source: hash, mask: hash }, { source: image, mask: { width: side, height: side, pixels } });
  return [
    { name: "no steps", code: "INVALID_INPUT", says: "steps", run: () => draw({ steps: 0 }) },
    { name: "10,000 steps", code: "INVALID_INPUT", says: "1000", run: () => draw({ steps: 10_000 }) },
    {
      name: "guidance that is no number",
      code: "INVALID_INPUT",
      says: "guidanceScale",
      run: () => draw({ guidanceScale: Number.NaN }),
    },
    {
      name: "endless guidance",
      code: "INVALID_INPUT",
      says: "guidanceScale",
      run: () => draw({ guidanceScale: Infinity }),
    },
    { name: "a width between multiples", code: "INVALID_INPUT", says: "got 60", run: () => draw({ width: 60 }) },
    { name: "20,000 pixels wide", code: "INVALID_INPUT", says: "width", run: () => draw({ width: 20_000 }) },
    {
      name: "another model",
      code: "MODEL_UNAVAILABLE",
      says: hash,
      run: () => draw({ model: { name: "good", hash } }),
    },
    { name: "strength 0", code: "INVALID_INPUT", says: "strength: 0 of 4", run: () => from(0) },
    {
      name: "a source that was not given",
      code: "INVALID_INPUT",
      says: "none was given",
      run: () => draw({ source: hash }),
    },
    { name: "a mask of other bytes", code: "INVALID_INPUT", says: "got 7 bytes", run: () => masked(new Uint8Array(7)) },
  ];
}

function badPictures(): BadRequest[] {
  const wide = pngOfSize(20_000, 100);
  const large = pngOfSize(20_000, 20_000);
  const text = new TextEncoder().encode("hello");
  const drawing = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  return [
    { name: "no picture", code: "INVALID_INPUT", says: "5 bytes", run: () => decodeImage(text) },
    { name: "a drawing", code: "INVALID_INPUT", says: "got svg", run: () => decodeImage(drawing) },
    { name: "a side of 20,000", code: "LIMIT_EXCEEDED", says: "got 20000 × 100", run: () => decodeImage(wide) },
    { name: "400 million pixels", code: "LIMIT_EXCEEDED", says: "400000000", run: () => decodeImage(large) },
    {
      name: "a cut off picture",
      code: "INVALID_INPUT",
      says: "bytes are not",
      run: () => decodeImage(pngOfSize(64, 64)),
    },
  ];
}

/** A PNG that promises a size and holds nothing (PNG specification, section 5). */
function pngOfSize(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", new Uint8Array(0)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

interface Spoiled extends Omit<BadRequest, "run"> {
  readonly spoil: (folder: string) => Promise<unknown>;
}

const network = (folder: string): string => path.join(folder, "transformer/model.onnx");

const SPOILED: readonly Spoiled[] = [
  {
    name: "a network cut off",
    code: "MODEL_CORRUPT",
    says: "cut off: at byte",
    spoil: (to) => truncate(network(to), 700),
  },
  { name: "an empty network", code: "MODEL_CORRUPT", says: "is empty", spoil: (to) => truncate(network(to), 0) },
  {
    name: "a picture renamed",
    code: "MODEL_CORRUPT",
    says: "is no ONNX network",
    spoil: (to) => writeFile(network(to), pngOfSize(8, 8)),
  },
  {
    name: "a pointer of Git",
    code: "MODEL_CORRUPT",
    says: "Git LFS pointer",
    spoil: (to) => writeFile(network(to), "version https://git-lfs.github.com/spec/v1\n"),
  },
  { name: "a network renamed", code: "MODEL_UNAVAILABLE", says: "transformer", spoil: (to) => rm(network(to)) },
  {
    name: "no tokenizer",
    code: "MODEL_UNAVAILABLE",
    says: "tokenizer",
    spoil: (to) => rm(path.join(to, "tokenizer"), { recursive: true }),
  },
  {
    name: "an empty tokenizer",
    code: "MODEL_UNAVAILABLE",
    says: "tokenizer.json",
    spoil: (to) => rm(path.join(to, "tokenizer/tokenizer.json")),
  },
  {
    name: "weights above the folder",
    code: "MODEL_CORRUPT",
    says: "outside of the network's folder",
    spoil: (to) => writeFile(network(to), externalDataModel("../../secret")),
  },
  {
    name: "weights by an absolute path",
    code: "MODEL_CORRUPT",
    says: "outside of the network's folder",
    spoil: (to) => writeFile(network(to), externalDataModel("/etc/hostname")),
  },
  { name: "weights through a link", code: "MODEL_CORRUPT", says: "a link to outside", spoil: linked },
  {
    name: "weights that are missing",
    code: "MODEL_UNAVAILABLE",
    says: "which is missing",
    spoil: (to) => writeFile(network(to), externalDataModel("weights.bin")),
  },
  {
    name: "too few weights",
    code: "MODEL_CORRUPT",
    says: "needs bytes 0 to 4 of weights.bin, which has 3",
    spoil: shortened,
  },
  {
    name: "weights that are no numbers",
    code: "MODEL_CORRUPT",
    says: "are not finite",
    spoil: (to) => writeFile(network(to), brokenNetwork(Number.NaN, false)),
  },
  {
    name: "an output of another shape",
    code: "MODEL_CORRUPT",
    says: "got [2,4,4,8]",
    spoil: (to) => writeFile(network(to), brokenNetwork(1, true)),
  },
  {
    name: "an index that is no JSON",
    code: "MODEL_CORRUPT",
    says: "no JSON",
    spoil: (to) => writeFile(path.join(to, "model_index.json"), "{"),
  },
];

async function linked(folder: string): Promise<void> {
  await writeFile(network(folder), externalDataModel("weights.bin"));
  await writeFile(path.join(folder, "secret"), new Uint8Array(4));
  await symlink("../secret", path.join(folder, "transformer/weights.bin"));
}

async function shortened(folder: string): Promise<void> {
  await writeFile(network(folder), externalDataModel("weights.bin"));
  await writeFile(path.join(folder, "transformer/weights.bin"), new Uint8Array(3));
}

/** A network with the inputs of the tiny one that answers its latents times a factor, or the upper half of them. */
function brokenNetwork(factor: number, halved: boolean): Uint8Array {
  const { tokens, width, latentChannels, latentSide } = TINY_SIZE;
  const graph = new Graph("transformer");
  const latents = graph.input("hidden_states", "float32", ["batch", latentChannels, latentSide, latentSide]);
  graph.input("timestep", "float32", ["batch"]);
  graph.input("encoder_hidden_states", "float32", ["batch", tokens, width]);
  const scaled = mul(latents, graph.constant([factor], "float32", [1]));
  graph.output(halved ? slice(scaled, [{ axis: 2, start: 0, end: latentSide / 2 }]) : scaled, "out_hidden_states");
  return writeModel(graph);
}

interface GoodModel {
  readonly good: string;
  readonly recipe: Recipe;
}

async function badFolders(scratch: string, { good, recipe }: GoodModel): Promise<BadRequest[]> {
  const requests: BadRequest[] = [];
  for (const [index, { spoil, ...expected }] of SPOILED.entries()) {
    const folder = path.join(scratch, `bad-${index}`);
    await mkdir(folder);
    await cp(good, folder, { recursive: true });
    await spoil(folder);
    requests.push({ ...expected, run: () => loadAndDraw(folder, recipe) });
  }
  return requests;
}

async function loadAndDraw(folder: string, recipe: Recipe): Promise<void> {
  const model = await loadModel(folder, { threads: 1 });
  try {
    const { name, hash } = model.info;
    await generateImages(model, { recipe: { ...recipe, model: { name, hash } }, count: 1 });
  } finally {
    await model.dispose();
  }
}
