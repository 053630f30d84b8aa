import path from "node:path";
import type { ModelInfo, ModelPresentation } from "@mezzotint/contracts/model";
import { openSession, type Provider, type Session } from "@mezzotint/onnx/session";
import { createLatentDecoder, type LatentDecoder } from "./components/latent-decoder.ts";
import { createNoisePredictor } from "./components/noise-predictor.ts";
import { createTextEncoder, type TextEncoder } from "./components/text-encoder.ts";
import type { Denoiser } from "./denoiser.ts";
import { describeModelFolder } from "./describe-model.ts";
import { readModelFolder } from "./model-folder/model-folder.ts";
import type { LatentSpace, Pipeline } from "./pipelines/pipeline.ts";
import { openTokenizer } from "./tokenizer/open-tokenizer.ts";
import type { TextTokenizer } from "./tokenizer/tokenizer.ts";

export interface LoadOptions {
  /** Where the networks run; "cpu" when absent. */
  readonly provider?: Provider;
  /** Threads inside one operation; all cores when absent. */
  readonly threads?: number;
}

/** The opened parts of a model, behind the engine's own interfaces. */
export interface ModelParts {
  readonly pipeline: Pipeline;
  readonly latentSpace: LatentSpace;
  readonly texts: readonly { readonly tokenizer: TextTokenizer; readonly encoder: TextEncoder }[];
  readonly denoiser: Denoiser;
  readonly decoder: LatentDecoder;
}

export interface LoadedModel {
  readonly info: ModelInfo;
  readonly presentation: ModelPresentation;
  readonly provider: Provider;
  readonly parts: ModelParts;
  /** How long reading, checking and opening took. */
  readonly loadMs: number;
  /** Frees the networks; calling it again does nothing. */
  dispose(): Promise<void>;
}

/**
 * Opens a model folder for use. Whatever fails, nothing stays open.
 * Throws MODEL_UNAVAILABLE, MODEL_CORRUPT or UNSUPPORTED with the part and the reason.
 */
export async function loadModel(folder: string, options: LoadOptions = {}): Promise<LoadedModel> {
  const startedMs = performance.now();
  const model = await readModelFolder(folder);
  const info = await describeModelFolder(model);
  const sessions: Session[] = [];
  const open = async (file: string): Promise<Session> => {
    const session = await openSession(file, options);
    sessions.push(session);
    return session;
  };
  const dispose = async (): Promise<void> => {
    for (const session of sessions) await session.release();
  };
  try {
    const { pipeline, files, latentSpace, presentation } = model;
    const texts: { tokenizer: TextTokenizer; encoder: TextEncoder }[] = [];
    for (const [i, { tokenizerFolder, encoderFile }] of files.textEncoders.entries()) {
      const layer = pipeline.textEncoders[i]?.layer ?? "last";
      const session = await open(encoderFile);
      texts.push({
        tokenizer: await openTokenizer(tokenizerFolder),
        encoder: createTextEncoder(session, layer, partOf(encoderFile)),
      });
    }
    const denoiser = createNoisePredictor(await open(files.predictorFile), partOf(files.predictorFile));
    const decoder = createLatentDecoder(await open(files.decoderFile), latentSpace, partOf(files.decoderFile));
    const parts: ModelParts = { pipeline, latentSpace, texts, denoiser, decoder };
    const provider = options.provider ?? "cpu";
    return { info, presentation, provider, parts, loadMs: performance.now() - startedMs, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function partOf(file: string): string {
  return path.basename(path.dirname(file));
}
