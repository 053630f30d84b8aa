import { Graph, type Value } from "@mezzotint/onnx/graph";
import { conv2d, depthToSpace, spaceToDepth } from "@mezzotint/onnx/graph/ops/convolution";
import { add, mul, tanh } from "@mezzotint/onnx/graph/ops/elementwise";
import { gather } from "@mezzotint/onnx/graph/ops/indexing";
import { linear } from "@mezzotint/onnx/graph/ops/matmul";
import { reduceMean } from "@mezzotint/onnx/graph/ops/reduce";
import { unsqueeze } from "@mezzotint/onnx/graph/ops/shape";
import { writeModel } from "@mezzotint/onnx/write-model";

export const TINY_SIZE = {
  tokens: 16,
  vocabulary: 259,
  width: 8,
  latentChannels: 4,
  latentSide: 8,
  imageSide: 64,
} as const;

/** Arbitrary but fixed weights in [-scale, scale] from a linear congruential generator. */
function weight(graph: Graph, name: string, { shape, scale }: { shape: readonly number[]; scale: number }): Value {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  let state = name.length * 7919;
  for (let index = 0; index < data.length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[index] = (state / 2 ** 31 - 1) * scale;
  }
  return graph.initializer(name, { dtype: "float32", shape, data });
}

function finish(graph: Graph, value: Value, output: string): Uint8Array {
  graph.output(value, output);
  return writeModel(graph);
}

/** input_ids i64[batch, 16] -> last_hidden_state f32[batch, 16, 8]: one row per token and nothing else. */
export function tinyTextEncoder(): Uint8Array {
  const { tokens, vocabulary, width } = TINY_SIZE;
  const graph = new Graph("text_encoder");
  const ids = graph.input("input_ids", "int64", ["batch", tokens]);
  return finish(
    graph,
    gather(weight(graph, "rows", { shape: [vocabulary, width], scale: 4 }), ids),
    "last_hidden_state",
  );
}

/** A velocity in [-1, 1] that depends on latents, time and words; shapes as in the packs that ship, with 4 channels. */
export function tinyTransformer(): Uint8Array {
  const { tokens, width, latentChannels, latentSide } = TINY_SIZE;
  const graph = new Graph("transformer");
  const latents = graph.input("hidden_states", "float32", ["batch", latentChannels, latentSide, latentSide]);
  const timestep = graph.input("timestep", "float32", ["batch"]);
  const text = graph.input("encoder_hidden_states", "float32", ["batch", tokens, width]);
  const kernel = weight(graph, "kernel", { shape: [latentChannels, latentChannels, 3, 3], scale: 0.4 });
  const words = linear(
    reduceMean(text, { axes: [1] }),
    weight(graph, "words", { shape: [width, latentChannels], scale: 1 }),
  );
  const time = mul(unsqueeze(timestep, [1]), weight(graph, "time", { shape: [1, latentChannels], scale: 0.001 }));
  const shift = unsqueeze(add(words, time), [2, 3]);
  return finish(graph, tanh(add(conv2d(latents, kernel, { padding: 1 }), shift)), "out_hidden_states");
}

/** latent_sample f32[batch, 4, 8, 8] -> sample f32[batch, 3, 64, 64] in [-1, 1]: each latent pixel paints its block. */
export function tinyDecoder(): Uint8Array {
  const { latentChannels, latentSide } = TINY_SIZE;
  const graph = new Graph("vae_decoder");
  const latents = graph.input("latent_sample", "float32", ["batch", latentChannels, latentSide, latentSide]);
  const kernel = weight(graph, "kernel", { shape: [192, latentChannels, 1, 1], scale: 0.7 });
  return finish(graph, tanh(depthToSpace(conv2d(latents, kernel), 8)), "sample");
}

/** sample f32[batch, 3, 64, 64] -> latent_parameters f32[batch, 8, 8, 8]: means, then logarithms of variances. */
export function tinyEncoder(): Uint8Array {
  const { latentChannels, imageSide } = TINY_SIZE;
  const graph = new Graph("vae_encoder");
  const pixels = graph.input("sample", "float32", ["batch", 3, imageSide, imageSide]);
  const kernel = weight(graph, "kernel", { shape: [2 * latentChannels, 192, 1, 1], scale: 0.05 });
  return finish(graph, conv2d(spaceToDepth(pixels, 8), kernel), "latent_parameters");
}
