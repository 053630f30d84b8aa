import path from "node:path";
import type { Session } from "@mezzotint/onnx/session";
import { createImageEncoder, type ImageEncoder } from "../components/image-encoder.ts";
import { createLatentDecoder } from "../components/latent-decoder.ts";
import { createLatentEncoder, type LatentEncoder } from "../components/latent-encoder.ts";
import { createNoisePredictor } from "../components/noise-predictor.ts";
import { packedDenoiser } from "../components/packed-denoiser.ts";
import { tiledDecoder } from "../components/tiled-decoder.ts";
import { createTextEncoder, type HiddenLayer, type TextEncoder } from "../components/text-encoder.ts";
import { createTextProjection } from "../components/text-projection.ts";
import type { Denoiser } from "../denoiser.ts";
import type { CascadeFolder } from "../model-folder/cascade-folder.ts";
import type { LatentFolder } from "../model-folder/latent-folder.ts";
import type { ModelFolder } from "../model-folder/model-folder.ts";
import type { PixelFolder, TextFiles } from "../model-folder/pixel-folder.ts";
import type { UnclipFolder } from "../model-folder/unclip-folder.ts";
import { cachedTextEncoder } from "../prompt/cached-text-encoder.ts";
import { openTokenizer } from "../tokenizer/open-tokenizer.ts";
import type { CascadeParts, LatentParts, ModelParts, PixelParts, TextPart, UnclipParts } from "./model-parts.ts";

/** Opens a network of the folder; whoever gives it closes what it opened. */
export type OpenSession = (file: string) => Promise<Session>;

/** The parts of a folder, opened. Throws MODEL_UNAVAILABLE, MODEL_CORRUPT or UNSUPPORTED with the part and the reason. */
export function openParts(folder: ModelFolder, open: OpenSession): Promise<ModelParts> {
  switch (folder.family) {
    case "latent-diffusion":
      return openLatentParts(folder, open);
    case "pixel-cascade":
      return openPixelParts(folder, open);
    case "cascade":
      return openCascadeParts(folder, open);
    case "unclip":
      return openUnclipParts(folder, open);
  }
}

async function openLatentParts(
  { pipeline, files, latentSpace }: LatentFolder,
  open: OpenSession,
): Promise<LatentParts> {
  const texts: TextPart[] = [];
  for (const { slot, ...text } of files.textEncoders) {
    const { tokenizer, encoder } = await openText(text, slot.layer, open);
    texts.push({ tokenizer, encoder: slot.length === undefined ? encoder : fixedLengthEncoder(encoder, slot.length) });
  }
  const predictor = await openDenoiser(files.predictorFile, open);
  const denoiser = pipeline.packed === true ? packedDenoiser(predictor) : predictor;
  const whole = createLatentDecoder(await open(files.decoderFile), latentSpace, partOf(files.decoderFile));
  const decoder = tiledDecoder(whole);
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

async function openCascadeParts(folder: CascadeFolder, open: OpenSession): Promise<CascadeParts> {
  const stages: PixelParts[] = [];
  for (const [i, stage] of folder.stages.entries()) {
    // Only the first stage's words are encoded; another encoder in a later folder would take room for nothing.
    const needed = i === 0 ? stage : { ...stage, files: { ...stage.files, text: null } };
    stages.push(await openPixelParts(needed, open));
  }
  return { family: "cascade", folder, stages };
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
    imageEncoder: imageEncoderOpener(folder, open),
  };
}

function imageEncoderOpener({ files }: UnclipFolder, open: OpenSession): UnclipParts["imageEncoder"] {
  const { imageEncoderFile: file } = files;
  if (file === null) return null;
  let opened: Promise<ImageEncoder> | null = null;
  const openEncoder = async () => createImageEncoder(await open(file), partOf(file));
  return () => (opened ??= openEncoder());
}

async function openText(files: TextFiles, layer: HiddenLayer, open: OpenSession): Promise<TextPart> {
  const tokenizer = await openTokenizer(files.tokenizerFolder);
  const encoder = createTextEncoder(await open(files.encoderFile), layer, partOf(files.encoderFile));
  return { tokenizer, encoder: cachedTextEncoder(encoder) };
}

/** An encoder that reads one number of tokens and looks at padding as at words. */
function fixedLengthEncoder(encoder: TextEncoder, length: number): TextEncoder {
  return {
    fixedLength: length,
    encode: ({ ids }, layersSkipped) => encoder.encode({ ids, mask: ids.map(() => 1) }, layersSkipped),
  };
}

async function openDenoiser(file: string, open: OpenSession): Promise<Denoiser> {
  return createNoisePredictor(await open(file), partOf(file));
}

function partOf(file: string): string {
  return path.basename(path.dirname(file));
}
