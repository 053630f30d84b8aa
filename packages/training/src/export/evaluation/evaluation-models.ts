import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { readFloatWeights } from "@mezzotint/onnx/float-weights";
import { Graph, type Value } from "@mezzotint/onnx/graph";
import { writeModel } from "@mezzotint/onnx/write-model";
import { projectText } from "../../models/clip.ts";
import { embedPictures } from "../../models/image-tower.ts";
import { segment } from "../../models/segmenter.ts";
import { encodeText } from "../../models/text-encoder.ts";
import type { EvaluationPlan } from "../../recipes/evaluation/evaluation-plan.ts";
import { SEGMENTER_CLASSES } from "../../recipes/evaluation/segmenter-classes.ts";
import { exportScope, type WeightSource } from "../../trainer/export-scope.ts";
import type { ParameterScope } from "../../trainer/parameter-scope.ts";

export interface EvaluationWeights {
  /** The averaged weights of the two recipes. */
  readonly clipImage: WeightSource;
  readonly fcn: WeightSource;
  /** The model folder whose text encoder judges, and its padding token. */
  readonly from: string;
  readonly padding: number;
}

/** The networks of an evaluation pack as ONNX files by their relative paths; weights float16, arithmetic float32. */
export function evaluationModels(
  plan: EvaluationPlan,
  weights: EvaluationWeights,
): Readonly<Record<string, Uint8Array>> {
  return {
    "clip/vision_model.onnx": visionModel(plan, weights),
    "clip/text_model.onnx": textModel(plan, weights),
    "fcn/model.onnx": segmenterModel(plan, weights),
  };
}

function scopeOf(graph: Graph, weights: WeightSource): ParameterScope {
  return exportScope(graph, weights, { dtype: "float16" });
}

function written(graph: Graph, value: Value, name: string): Uint8Array {
  graph.output(value, name);
  return writeModel(graph);
}

function visionModel({ tower }: EvaluationPlan, { clipImage }: EvaluationWeights): Uint8Array {
  const graph = new Graph("vision_model");
  const pixels = graph.input("pixel_values", "float32", ["batch", 3, tower.side, tower.side]);
  return written(graph, embedPictures(scopeOf(graph, clipImage).scope("picture"), pixels, tower), "image_embeds");
}

/** The frozen text encoder of `from`, then the projection that was trained with the pictures. */
function textModel(plan: EvaluationPlan, { clipImage, from, padding }: EvaluationWeights): Uint8Array {
  const file = path.join(from, "text_encoder", "model.onnx");
  const frozen = readFloatWeights(file);
  const known: WeightSource = (name) => {
    const values = frozen.get(name);
    if (values !== undefined) return values;
    throw new MezzotintError("MODEL_CORRUPT", `${file}: no weight ${name} among its ${frozen.size}`);
  };
  const { text, vocabulary } = plan.text;
  const graph = new Graph("text_model");
  const ids = graph.input("input_ids", "int64", ["batch", text.tokens]);
  const hidden = encodeText(scopeOf(graph, known).scope("text"), ids, { ...text, vocabulary, padding });
  const embedded = projectText(scopeOf(graph, clipImage).scope("caption"), hidden, plan.tower.outputs);
  return written(graph, embedded, "text_embeds");
}

function segmenterModel({ tower, segmenter }: EvaluationPlan, { fcn }: EvaluationWeights): Uint8Array {
  const graph = new Graph("segmenter");
  const pixels = graph.input("pixel_values", "float32", ["batch", 3, tower.side, tower.side]);
  const scores = segment(scopeOf(graph, fcn), pixels, { ...segmenter, classes: SEGMENTER_CLASSES.length });
  return written(graph, scores, "logits");
}
