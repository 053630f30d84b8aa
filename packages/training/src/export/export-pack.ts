import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { describeModel } from "@mezzotint/engine/describe-model";
import { Graph, type Value } from "@mezzotint/onnx/graph";
import { add, mul } from "@mezzotint/onnx/graph/ops/elementwise";
import { concat } from "@mezzotint/onnx/graph/ops/shape";
import { listModelFiles } from "@mezzotint/onnx/model-file";
import { writeModel } from "@mezzotint/onnx/write-model";
import type { PackedDataSet } from "../data/packed-data-set.ts";
import { decode, encode } from "../models/auto-encoder.ts";
import { denoise } from "../models/denoiser.ts";
import { encodeText } from "../models/text-encoder.ts";
import { exportScope } from "../trainer/export-scope.ts";
import type { ParameterScope } from "../trainer/parameter-scope.ts";
import { readLatentCache, type LatentStatistics } from "../recipes/latent-cache.ts";
import { openPackTokenizer } from "../recipes/pack-tokenizer.ts";
import { denoiserSize, latentSide, type PackPlan } from "../recipes/pack-plan.ts";
import { readTrainedModule, type TrainedModule } from "../recipes/trained-module.ts";
import { fitPreview } from "./latent-preview-fit.ts";
import { modelCard } from "./model-card.ts";
import { packConfigurations } from "./pack-configurations.ts";

export interface ExportOptions {
  readonly plan: PackPlan;
  /** Where the modules were trained. */
  readonly folder: string;
  readonly data: PackedDataSet;
  /** The seed the modules were trained with, for the model card. */
  readonly seed: number;
  /** What a person saw in the samples, for the model card. */
  readonly notes: string;
  /** The model folder to write; what it held before is replaced. */
  readonly out: string;
}

/** The trained modules of one pack, averaged weights only. */
export interface TrainedPack {
  readonly plan: PackPlan;
  readonly padding: number;
  readonly statistics: LatentStatistics;
  readonly autoEncoder: TrainedModule;
  readonly textEncoder: TrainedModule;
  readonly denoiser: TrainedModule;
}

/**
 * Combines the trained modules into a model folder in the diffusers ONNX layout, float16 weights and float32 arithmetic.
 * Throws NOT_FOUND naming the module that was not trained yet, and CONFLICT when the denoiser knows the latents of
 * another auto-encoder or when `out` holds something that is no model.
 */
export async function exportPack({ plan, folder, data, seed, notes, out }: ExportOptions): Promise<ModelInfo> {
  const tokenizer = await openPackTokenizer(folder, plan, data);
  const cache = await readLatentCache(plan, folder);
  const pack: TrainedPack = {
    plan,
    padding: tokenizer.padding,
    statistics: cache.statistics,
    autoEncoder: await readTrainedModule(folder, plan, "auto-encoder"),
    textEncoder: await readTrainedModule(folder, plan, "text-encoder"),
    denoiser: await readTrainedModule(folder, plan, "denoiser"),
  };
  refuseOtherLatents(pack, folder);
  // Everything that can fail comes first: what is replaced is gone afterwards.
  const models = Object.entries(packModels(pack));
  const sheet = await newestSheet(path.join(folder, "denoiser"));
  const card = await modelCard({ plan, folder, data, seed, notes });
  await refuseOtherFolder(out);
  await rm(out, { recursive: true, force: true });
  for (const [part, model] of models) await write(path.join(out, part, "model.onnx"), model);
  await cp(tokenizer.folder, path.join(out, "tokenizer"), { recursive: true });
  const preview = fitPreview(plan, cache, data);
  for (const [file, content] of Object.entries(packConfigurations(plan, preview))) {
    await write(path.join(out, file), `${JSON.stringify(content, null, 2)}\n`);
  }
  await write(path.join(out, "README.md"), card);
  await cp(sheet, path.join(out, "samples.png"));
  await write(path.join(out, "checksums.json"), `${JSON.stringify(await checksums(out), null, 2)}\n`);
  return describeModel(out);
}

function refuseOtherLatents({ plan, statistics, autoEncoder }: TrainedPack, folder: string): void {
  if (statistics.step === autoEncoder.step) return;
  const steps = `the auto-encoder at step ${statistics.step}, which is now at step ${autoEncoder.step}`;
  const advice = `run mezzotint train ${plan.name}/denoiser again`;
  throw new MezzotintError("CONFLICT", `${folder}: the latents are of ${steps}; ${advice}`);
}

async function refuseOtherFolder(out: string): Promise<void> {
  const names = await readdir(out).catch((thrown: unknown): string[] => {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return [];
    throw thrown;
  });
  if (names.length === 0 || names.includes("model_index.json")) return;
  throw new MezzotintError("CONFLICT", `${out}: holds ${names.length} entries and is no model, so it is not replaced`);
}

async function newestSheet(folder: string): Promise<string> {
  const sheets = (await readdir(folder)).filter((name) => /^sheet-\d+\.png$/.test(name)).sort();
  const newest = sheets.at(-1);
  if (newest === undefined)
    throw new MezzotintError("NOT_FOUND", `${folder}: no sample sheet; the training did not finish`);
  return path.join(folder, newest);
}

/** SHA-256 of every file that a person may not want to edit. */
async function checksums(folder: string): Promise<Record<string, string>> {
  const files = await listModelFiles(folder);
  return Object.fromEntries(
    files.filter((file) => !/\.(?:md|png)$/.test(file.path)).map((file) => [file.path, file.sha256]),
  );
}

async function write(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** The four networks of a pack as ONNX files with a free batch size. */
export function packModels(pack: TrainedPack): Readonly<Record<string, Uint8Array>> {
  return {
    text_encoder: textEncoderModel(pack),
    transformer: transformerModel(pack),
    vae_encoder: encoderModel(pack),
    vae_decoder: decoderModel(pack),
  };
}

function model(
  name: string,
  trained: TrainedModule,
  build: (graph: Graph, p: ParameterScope) => readonly [string, Value],
): Uint8Array {
  const graph = new Graph(name);
  const [output, value] = build(graph, exportScope(graph, trained.weights, { dtype: "float16" }));
  graph.output(value, output);
  return writeModel(graph);
}

function textEncoderModel({ plan, padding, denoiser }: TrainedPack): Uint8Array {
  return model("text_encoder", denoiser, (graph, p) => {
    const ids = graph.input("input_ids", "int64", ["batch", plan.text.tokens]);
    const size = { ...plan.text, vocabulary: plan.vocabulary, padding };
    return ["last_hidden_state", encodeText(p.scope("text"), ids, size)];
  });
}

function transformerModel({ plan, denoiser }: TrainedPack): Uint8Array {
  const size = denoiserSize(plan);
  return model("transformer", denoiser, (graph, p) => {
    const latents = graph.input("hidden_states", "float32", [
      "batch",
      size.latentChannels,
      size.latentSide,
      size.latentSide,
    ]);
    const timestep = graph.input("timestep", "float32", ["batch"]);
    const text = graph.input("encoder_hidden_states", "float32", ["batch", plan.text.tokens, plan.text.width]);
    return ["out_hidden_states", denoise(p.scope("denoiser"), { latents, timestep, text }, size)];
  });
}

/** Per-channel scale and offset f32[1, channels, 1, 1] that take latents to unit variance, or back. */
function perChannel(graph: Graph, values: readonly number[]): Value {
  return graph.constant(values, "float32", [1, values.length, 1, 1]);
}

function encoderModel({ plan, statistics, autoEncoder }: TrainedPack): Uint8Array {
  return model("vae_encoder", autoEncoder, (graph, p) => {
    const pixels = graph.input("sample", "float32", ["batch", 3, plan.imageSide, plan.imageSide]);
    const raw = encode(p.scope("encoder"), pixels, plan.autoEncoder);
    const centered = add(
      raw,
      perChannel(
        graph,
        statistics.mean.map((mean) => -mean),
      ),
    );
    const mean = mul(
      centered,
      perChannel(
        graph,
        statistics.deviation.map((deviation) => 1 / deviation),
      ),
    );
    const logVariance = add(mul(mean, 0), 2 * Math.log(plan.latentNoise));
    return ["latent_parameters", concat([mean, logVariance], 1)];
  });
}

function decoderModel({ plan, statistics, autoEncoder }: TrainedPack): Uint8Array {
  const side = latentSide(plan);
  return model("vae_decoder", autoEncoder, (graph, p) => {
    const latents = graph.input("latent_sample", "float32", ["batch", plan.autoEncoder.latentChannels, side, side]);
    const raw = add(mul(latents, perChannel(graph, statistics.deviation)), perChannel(graph, statistics.mean));
    return ["sample", decode(p.scope("decoder"), raw, plan.autoEncoder)];
  });
}
