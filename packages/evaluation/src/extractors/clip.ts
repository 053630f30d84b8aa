import { stat } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { hashFileList, hashFile } from "@mezzotint/onnx/model-file";
import { openSession, type Session, type TensorData } from "@mezzotint/onnx/session";
import { z } from "zod";
import { readPreprocessing } from "./clip-preprocessing.ts";
import { openClipTokenizer, type ClipTokenizer } from "./clip-tokens.ts";
import type { FeatureExtractor } from "./feature-extractor.ts";
import { imageExtractor } from "./image-extractor.ts";
import { openImageModel } from "./image-model.ts";
import { readFolderJson } from "./read-folder-json.ts";

const BATCH_SIZE = 8;
const TOKENS = 77;
/** Where published folders keep their ONNX files: beside the configuration, or in onnx/. */
const ONNX_FOLDERS = [".", "onnx"];

const Config = z.looseObject({
  text_config: z.looseObject({ max_position_embeddings: z.int().min(2).default(TOKENS) }).default({
    max_position_embeddings: TOKENS,
  }),
});

export interface ClipTexts {
  /** f32 [n, dimensions], not normalised. */
  readonly embeddings: Matrix;
  /** How many tokens of each text did not fit; a score of such a text says so. */
  readonly lostTokens: readonly number[];
}

/** A CLIP model: a feature extractor for pictures, and the same space for texts. */
export interface Clip extends FeatureExtractor {
  embedTexts(texts: readonly string[]): Promise<ClipTexts>;
}

/**
 * Opens a CLIP folder as published in ONNX: vision_model.onnx and text_model.onnx (beside or in onnx/), config.json,
 * preprocessor_config.json, tokenizer.json. Throws MODEL_UNAVAILABLE, MODEL_CORRUPT or UNSUPPORTED.
 */
export async function openClip(folder: string, options: { readonly threads?: number } = {}): Promise<Clip> {
  const config = await readFolderJson(path.join(folder, "config.json"), Config);
  const preprocessing = await readPreprocessing(folder);
  const tokenizer = await openClipTokenizer(folder);
  const [visionFile, textFile] = [await onnxFile(folder, "vision_model"), await onnxFile(folder, "text_model")];
  const weights = hashFileList([
    { path: "text_model.onnx", sha256: await hashFile(textFile) },
    { path: "vision_model.onnx", sha256: await hashFile(visionFile) },
  ]);
  const vision = await openImageModel({
    file: visionFile,
    defaultSide: preprocessing.crop.width,
    features: ["image_embeds"],
    ...options,
  });
  const text = await openSession(textFile, options).catch(async (error: unknown) => {
    await vision.dispose();
    throw error;
  });
  const length = config.text_config.max_position_embeddings;
  return {
    ...imageExtractor(vision, { kind: "clip", ...preprocessing }, weights),
    embedTexts: (texts) => embedTexts({ session: text, tokenizer, length }, texts),
    dispose: async () => {
      await vision.dispose();
      await text.release();
    },
  };
}

async function onnxFile(folder: string, name: string): Promise<string> {
  for (const place of ONNX_FOLDERS) {
    const file = path.join(folder, place, `${name}.onnx`);
    if ((await stat(file).catch(() => null))?.isFile() === true) return file;
  }
  throw new MezzotintError("MODEL_UNAVAILABLE", `CLIP folder: ${name}.onnx is neither in it nor in its onnx folder`);
}

interface TextModel {
  readonly session: Session;
  readonly tokenizer: ClipTokenizer;
  readonly length: number;
}

async function embedTexts(model: TextModel, texts: readonly string[]): Promise<ClipTexts> {
  const { session, tokenizer, length } = model;
  if (texts.length === 0) throw new MezzotintError("INVALID_INPUT", "CLIP: needs at least 1 text, got 0");
  const tokens = texts.map((text) => tokenizer(text, length));
  const rows: Float32Array[] = [];
  for (let start = 0; start < texts.length; start += BATCH_SIZE) {
    const batch = tokens.slice(start, start + BATCH_SIZE);
    const shape = [batch.length, length];
    const ids = BigInt64Array.from(batch.flatMap((one) => one.ids).map(BigInt));
    const mask = BigInt64Array.from(
      batch.flatMap(({ used }) => Array.from({ length }, (_, i) => (i < used ? 1n : 0n))),
    );
    const known: Readonly<Record<string, TensorData>> = {
      input_ids: { dtype: "int64", shape, data: ids },
      attention_mask: { dtype: "int64", shape, data: mask },
    };
    const feeds = Object.fromEntries(session.inputs.map(({ name }) => [name, fed(known, name)]));
    rows.push(embeddingsOf(await session.run(feeds)));
  }
  const data = Float32Array.from(rows.flatMap((row) => [...row]));
  return {
    embeddings: matrix(texts.length, data.length / texts.length, data),
    lostTokens: tokens.map(({ lost }) => lost),
  };
}

function fed(known: Readonly<Record<string, TensorData>>, name: string): TensorData {
  const tensor = known[name];
  if (tensor === undefined) throw new MezzotintError("UNSUPPORTED", `CLIP text model: input ${name} is not known`);
  return tensor;
}

function embeddingsOf(outputs: Readonly<Record<string, TensorData>>): Float32Array {
  const found = outputs["text_embeds"];
  if (found?.data instanceof Float32Array) return found.data;
  const names = Object.keys(outputs).join(", ");
  throw new MezzotintError("UNSUPPORTED", `CLIP text model: needs float32 text_embeds, it gives ${names}`);
}
