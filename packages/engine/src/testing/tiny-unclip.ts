import { Graph, type Value } from "@mezzotint/onnx/graph";
import { conv2d } from "@mezzotint/onnx/graph/ops/convolution";
import { add, mul, tanh } from "@mezzotint/onnx/graph/ops/elementwise";
import { gather } from "@mezzotint/onnx/graph/ops/indexing";
import { linear } from "@mezzotint/onnx/graph/ops/matmul";
import { reduceMean } from "@mezzotint/onnx/graph/ops/reduce";
import { unsqueeze } from "@mezzotint/onnx/graph/ops/shape";
import { writeModel } from "@mezzotint/onnx/write-model";
import { TINY_SIZE } from "./tiny-graphs.ts";
import { tinyTokenizer } from "./tiny-tokenizer.ts";
import { writeFolder } from "./write-folder.ts";

/** Sides in pixels of what is decoded and of what it is enlarged to. */
export const TINY_UNCLIP_SIDES = [16, 32] as const;

const { tokens, vocabulary, width } = TINY_SIZE;
const TEXT = ["batch", tokens, width] as const;
const SCHEDULER = { _class_name: "UnCLIPScheduler", variance_type: "fixed_small_log", clip_sample: true };

/** Writes an unCLIP folder with arbitrary fixed weights, some 30 kB: words to an embedding to 16 x 16 to 32 x 32 pixels. */
export async function writeTinyUnclip(folder: string): Promise<void> {
  const { tokenizer, config } = tinyTokenizer(tokens);
  const [decoded, enlarged] = TINY_UNCLIP_SIDES;
  await writeFolder(folder, {
    "model_index.json": { _class_name: "UnCLIPPipeline" },
    "mezzotint.json": { defaults: { steps: 4, guidanceScale: 3 } },
    "tokenizer/tokenizer.json": tokenizer,
    "tokenizer/tokenizer_config.json": config,
    "text_encoder/model.onnx": textEncoder(),
    "prior/model.onnx": prior(),
    "prior/clip_mean.npy": npy(Float32Array.from({ length: width }, (_, i) => 0.1 * i)),
    "prior/clip_std.npy": npy(new Float32Array(width).fill(0.5)),
    "prior_scheduler/scheduler_config.json": { ...SCHEDULER, prediction_type: "sample", clip_sample_range: 5 },
    "text_proj/model.onnx": textProjection(),
    "decoder/config.json": { sample_size: decoded },
    "decoder/model.onnx": decoder(),
    "decoder_scheduler/scheduler_config.json": { ...SCHEDULER, variance_type: "learned_range" },
    "super_res_first/config.json": { sample_size: enlarged },
    "super_res_first/model.onnx": enlarger(),
    "super_res_scheduler/scheduler_config.json": SCHEDULER,
    "image_encoder/model.onnx": imageEncoder(),
  });
}

/** Arbitrary but fixed numbers in [-scale, scale]. */
function numbers(graph: Graph, name: string, { shape, scale }: { shape: readonly number[]; scale: number }): Value {
  const length = shape.reduce((product, size) => product * size, 1);
  const data = Float32Array.from({ length }, (_, i) => Math.sin(12.9898 * (i + name.length)) * scale);
  return graph.initializer(name, { dtype: "float32", shape, data });
}

function textEncoder(): Uint8Array {
  const graph = new Graph("text_encoder");
  const ids = graph.input("input_ids", "int64", ["batch", tokens]);
  const hidden = gather(numbers(graph, "rows", { shape: [vocabulary, width], scale: 2 }), ids);
  graph.output(hidden, "last_hidden_state");
  graph.output(reduceMean(hidden, { axes: [1] }), "text_embeds");
  return writeModel(graph);
}

/** An embedding in [-1, 1] that depends on the embedding so far, on the words and on the time. */
function prior(): Uint8Array {
  const graph = new Graph("prior");
  const sample = graph.input("hidden_states", "float32", ["batch", width]);
  const timestep = graph.input("timestep", "float32", ["batch"]);
  const words = graph.input("proj_embedding", "float32", ["batch", width]);
  const square = (name: string) => numbers(graph, name, { shape: [width, width], scale: 0.6 });
  const time = mul(unsqueeze(timestep, [1]), numbers(graph, "time", { shape: [1, width], scale: 0.001 }));
  const steered = add(linear(sample, square("from")), linear(words, square("words")));
  graph.output(tanh(add(steered, time)), "predicted_image_embedding");
  return writeModel(graph);
}

function textProjection(): Uint8Array {
  const graph = new Graph("text_proj");
  const image = graph.input("image_embeddings", "float32", [1, width]);
  const pooled = graph.input("prompt_embeds", "float32", ["batch", width]);
  const hidden = graph.input("text_encoder_hidden_states", "float32", TEXT);
  const square = numbers(graph, "square", { shape: [width, width], scale: 0.5 });
  graph.output(add(hidden, unsqueeze(image, [1])), "text_encoder_hidden_states_out");
  graph.output(linear(add(pooled, image), square), "additive_clip_time_embeddings");
  return writeModel(graph);
}

/** Noise in [-1, 1] and as many variances behind it, by the pixels, the time and what the words and the embedding say. */
function decoder(): Uint8Array {
  const graph = new Graph("decoder");
  const sample = graph.input("sample", "float32", ["batch", 3, "height", "width"]);
  const timestep = graph.input("timestep", "float32", ["batch"]);
  const hidden = graph.input("encoder_hidden_states", "float32", TEXT);
  const added = graph.input("class_labels", "float32", ["batch", width]);
  const time = mul(unsqueeze(timestep, [1]), numbers(graph, "time", { shape: [1, 6], scale: 0.001 }));
  const steering = add(reduceMean(hidden, { axes: [1] }), added);
  const shift = add(linear(steering, numbers(graph, "words", { shape: [width, 6], scale: 0.8 })), time);
  const kernel = numbers(graph, "kernel", { shape: [6, 3, 3, 3], scale: 0.3 });
  graph.output(tanh(add(conv2d(sample, kernel, { padding: 1 }), unsqueeze(shift, [2, 3]))), "out_sample");
  return writeModel(graph);
}

function enlarger(): Uint8Array {
  const graph = new Graph("super_res");
  const sample = graph.input("sample", "float32", ["batch", 6, "height", "width"]);
  const timestep = graph.input("timestep", "float32", ["batch"]);
  const time = mul(unsqueeze(timestep, [1]), numbers(graph, "time", { shape: [1, 3], scale: 0.001 }));
  const kernel = numbers(graph, "kernel", { shape: [3, 6, 3, 3], scale: 0.3 });
  graph.output(tanh(add(conv2d(sample, kernel, { padding: 1 }), unsqueeze(time, [2, 3]))), "out_sample");
  return writeModel(graph);
}

function imageEncoder(): Uint8Array {
  const graph = new Graph("image_encoder");
  const pixels = graph.input("pixel_values", "float32", ["batch", 3, 16, 16]);
  const means = reduceMean(pixels, { axes: [2, 3] });
  graph.output(linear(means, numbers(graph, "see", { shape: [3, width], scale: 1 })), "image_embeds");
  return writeModel(graph);
}

/** NumPy's format, version 1.0: a magic, a header of a multiple of 64 bytes, the numbers. */
function npy(data: Float32Array): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${data.length},), }`;
  const padded = `${header.padEnd(128 - 10 - 1)}\n`;
  const bytes = new Uint8Array(128 + data.byteLength);
  bytes.set([0x93, ...Buffer.from("NUMPY"), 1, 0, padded.length, 0]);
  bytes.set(Buffer.from(padded, "latin1"), 10);
  bytes.set(new Uint8Array(data.buffer), 128);
  return bytes;
}
