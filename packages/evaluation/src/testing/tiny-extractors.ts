import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Graph } from "@mezzotint/onnx/graph";
import { gather } from "@mezzotint/onnx/graph/ops/indexing";
import { reduceMean } from "@mezzotint/onnx/graph/ops/reduce";
import { writeModel } from "@mezzotint/onnx/write-model";

/** pixel_values f32[batch, 3, side, side] -> the mean of each channel, f32[batch, 3]. */
export function meanColourModel(side: number, output: string): Uint8Array {
  const graph = new Graph("mean-colour");
  const pixels = graph.input("pixel_values", "float32", ["batch", 3, side, side]);
  graph.output(reduceMean(pixels, { axes: [2, 3] }), output);
  return writeModel(graph);
}

/** A segmenter's folder whose classes are the brightest channel: background (red, and where all are equal), green, blue. */
export async function writeChannelSegmenter(folder: string, side: number): Promise<void> {
  const graph = new Graph("brightest-channel");
  const pixels = graph.input("pixel_values", "float32", ["batch", 3, side, side]);
  graph.output(pixels, "logits");
  const x = graph.apply("Identity", [pixels], { dtype: "float32", shape: pixels.shape });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "model.onnx"), new Uint8Array(writeModel(graph, { outputs: [x] })));
  const json = (name: string, value: object) => writeFile(path.join(folder, name), JSON.stringify(value));
  await json("preprocessor_config.json", { size: side, crop_size: side, image_mean: [0, 0, 0], image_std: [1, 1, 1] });
  await json("config.json", { id2label: { 0: "background", 1: "green", 2: "blue" } });
}

/** A classifier's folder whose logits are the mean of each channel; 8 x 8 pixels. */
export async function writeColourClassifier(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "model.onnx"), meanColourModel(8, "logits"));
  const preprocessor = { size: 8, crop_size: 8, image_mean: [0, 0, 0], image_std: [1, 1, 1] };
  await writeFile(path.join(folder, "preprocessor_config.json"), JSON.stringify(preprocessor));
}

/** Red, green and blue by the letters r, g, b; other tokens are black. */
const LETTERS = ["<|startoftext|>", "<|endoftext|>", "r", "g", "b", "r</w>", "g</w>", "b</w>"] as const;
const COLOURS = { r: [1, 0, 0], g: [0, 1, 0], b: [0, 0, 1] } as const;

function meanLetterModel(): Uint8Array {
  const graph = new Graph("mean-letter");
  const ids = graph.input("input_ids", "int64", ["batch", "sequence"]);
  const rows = LETTERS.flatMap((letter) => [...(COLOURS[letter.charAt(0) as "r"] ?? [0, 0, 0])]);
  const table = graph.initializer("rows", {
    dtype: "float32",
    shape: [LETTERS.length, 3],
    data: Float32Array.from(rows),
  });
  graph.output(reduceMean(gather(table, ids), { axes: [1] }), "text_embeds");
  return writeModel(graph);
}

function letterTokenizer(): object {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    version: "1.0",
    added_tokens: [0, 1].map((id) => ({ id, content: LETTERS[id], ...flags })),
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Whitespace" },
    post_processor: {
      type: "RobertaProcessing",
      sep: [LETTERS[1], 1],
      cls: [LETTERS[0], 0],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: "ByteLevel" },
    model: {
      type: "BPE",
      unk_token: LETTERS[1],
      continuing_subword_prefix: "",
      end_of_word_suffix: "</w>",
      vocab: Object.fromEntries(LETTERS.map((letter, id) => [letter, id])),
      merges: [],
    },
  };
}

/** A CLIP folder as published whose pictures and texts meet in their mean colour; 8 x 8 pixels, 6 tokens. */
export async function writeColourClip(folder: string): Promise<void> {
  await mkdir(path.join(folder, "onnx"), { recursive: true });
  const json = (name: string, value: object) => writeFile(path.join(folder, name), JSON.stringify(value));
  await writeFile(path.join(folder, "onnx", "vision_model.onnx"), meanColourModel(8, "image_embeds"));
  await writeFile(path.join(folder, "onnx", "text_model.onnx"), meanLetterModel());
  await json("config.json", { model_type: "clip", text_config: { max_position_embeddings: 6 } });
  await json("preprocessor_config.json", {
    crop_size: { height: 8, width: 8 },
    image_mean: [0, 0, 0],
    image_std: [1, 1, 1],
    resample: 3,
    size: { shortest_edge: 8 },
  });
  await json("tokenizer.json", letterTokenizer());
  await json("tokenizer_config.json", { eos_token: "<|endoftext|>", pad_token: "<|endoftext|>" });
}
