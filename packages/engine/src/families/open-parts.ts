import path from "node:path";
import type { Session } from "@mezzotint/onnx/session";
import { createLatentDecoder } from "../components/latent-decoder.ts";
import { createLatentEncoder, type LatentEncoder } from "../components/latent-encoder.ts";
import { createNoisePredictor } from "../components/noise-predictor.ts";
import { createTextEncoder, type HiddenLayer } from "../components/text-encoder.ts";
import { createTextProjection } from "../components/text-projection.ts";
import type { Denoiser } from "../denoiser.ts";
import type { LatentFolder } from "../model-folder/latent-folder.ts";
import type { ModelFolder } from "../model-folder/model-folder.ts";
import type { PixelFolder, TextFiles } from "../model-folder/pixel-folder.ts";
import type { UnclipFolder } from "../model-folder/unclip-folder.ts";
import { cachedTextEncoder } from "../prompt/cached-text-encoder.ts";
import { openTokenizer } from "../tokenizer/open-tokenizer.ts";
import type { LatentParts, ModelParts, PixelParts, TextPart, UnclipParts } from "./model-parts.ts";

/** Opens a network of the folder; whoever gives it closes what it opened. */
export type OpenSession = (file: string) => Promise<Session>;

/** The parts of a folder, opened. Throws MODEL_UNAVAILABLE, MODEL_CORRUPT or UNSUPPORTED with the part and the reason. */
export function openParts(folder: ModelFolder, open: OpenSession): Promise<ModelParts> {
  switch (folder.family) {
    case "latent-diffusion":
      return openLatentParts(folder, open);
    case "pixel-cascade":
      return openPixelParts(folder, open);
    case "unclip":
      return openUnclipParts(folder, open);
  }
}

async function openLatentParts(
  { pipeline, files, latentSpace }: LatentFolder,
  open: OpenSession,
): Promise<LatentParts> {
  const texts: TextPart[] = [];
  for (const [i, text] of files.textEncoders.entries()) {
    texts.push(await openText(text, pipeline.textEncoders[i]?.layer ?? "last", open));
  }
  const denoiser = await openDenoiser(files.predictorFile, open);
  const decoder = createLatentDecoder(await open(files.decoderFile), latentSpace, partOf(files.decoderFile));
  const { encoderFile } = files;
  let encoder: Promise<LatentEncoder> | null = null;
  const openEncoder = async (file: string) => createLatentEncoder(await open(file), latentSpace, partOf(file));
  return {
    family: "latent-diffusion",
    pipeline,
    latentSpace,
    texts,
    denoiser,
    decoder,
    encoder: encoderFile === null ? null : () => (encoder ??= openEncoder(encoderFile)),
  };
}

async function openPixelParts(folder: PixelFolder, open: OpenSession): Promise<PixelParts> {
  const { networkFile, text } = folder.files;
  return {
    family: "pixel-cascade",
    folder,
    text: text === null ? null : await openText(text, "last", open),
    denoiser: await openDenoiser(networkFile, open),
  };
}

async function openUnclipParts(folder: UnclipFolder, open: OpenSession): Promise<UnclipParts> {
  const { files } = folder;
  const firstEnlarger = await openDenoiser(files.firstEnlargerFile, open);
  const same = files.lastEnlargerFile === files.firstEnlargerFile;
  return {
    family: "unclip",
    folder,
    text: await openText(files.text, "last", open),
    prior: await openDenoiser(files.priorFile, open),
    projection: createTextProjection(await open(files.projectionFile), partOf(files.projectionFile)),
    decoder: await openDenoiser(files.decoderFile, open),
    firstEnlarger,
    lastEnlarger: same ? firstEnlarger : await openDenoiser(files.lastEnlargerFile, open),
  };
}

async function openText(files: TextFiles, layer: HiddenLayer, open: OpenSession): Promise<TextPart> {
  const tokenizer = await openTokenizer(files.tokenizerFolder);
  const encoder = createTextEncoder(await open(files.encoderFile), layer, partOf(files.encoderFile));
  return { tokenizer, encoder: cachedTextEncoder(encoder) };
}

async function openDenoiser(file: string, open: OpenSession): Promise<Denoiser> {
  return createNoisePredictor(await open(file), partOf(file));
}

function partOf(file: string): string {
  return path.basename(path.dirname(file));
}
