import type { Graph, Value } from "@mezzotint/onnx/graph";
import { silu } from "@mezzotint/onnx/graph/ops/activation";
import { resizeNearest } from "@mezzotint/onnx/graph/ops/convolution";
import { add, cos, mul, sin, sigmoid } from "@mezzotint/onnx/graph/ops/elementwise";
import { gather } from "@mezzotint/onnx/graph/ops/indexing";
import { concat, reshape, split, transpose } from "@mezzotint/onnx/graph/ops/shape";
import { SyntheticLayers } from "./synthetic-layers.ts";

/** What decides the size of a synthetic pipeline. */
export interface SyntheticShape {
  /** Channels of the UNet from the outside in; all but the innermost have attention. */
  readonly channels: readonly number[];
  readonly layersPerBlock: number;
  readonly heads: number;
  readonly groups: number;
  readonly textWidth: number;
  readonly textLayers: number;
  readonly tokens: number;
  readonly vocabulary: number;
  /** Channels of the decoder from the outside in. */
  readonly decoderChannels: readonly number[];
  /** Pixels a side. */
  readonly imageSide: number;
}

export const LATENT_CHANNELS = 4;

/** Pixels of one latent. */
export function factorOf({ decoderChannels }: SyntheticShape): number {
  return 2 ** (decoderChannels.length - 1);
}

/**
 * A text encoder like CLIP's: input_ids i64 [batch, tokens] -> last_hidden_state f32 [batch, tokens, width].
 * Radford et al. 2021 (arXiv 2103.00020), section 2.4.
 */
export function syntheticTextEncoder(shape: SyntheticShape): Graph {
  const { textWidth, textLayers, tokens, vocabulary } = shape;
  const layers = new SyntheticLayers("text_encoder");
  const { graph } = layers;
  const ids = graph.input("input_ids", "int64", ["batch", tokens]);
  let x = add(gather(layers.weight([vocabulary, textWidth], 0.02), ids), layers.weight([tokens, textWidth], 0.01));
  const causal = Float32Array.from({ length: tokens ** 2 }, (_, i) => (i % tokens > Math.floor(i / tokens) ? -1e9 : 0));
  const mask = graph.initializer("mask", { dtype: "float32", shape: [1, 1, tokens, tokens], data: causal });
  const heads = textWidth / (textWidth / shape.heads >= 64 ? 64 : textWidth / shape.heads);
  for (let layer = 0; layer < textLayers; layer++) {
    x = add(x, layers.attention(layers.layerNorm(x), { heads, mask }));
    const wide = layers.linear(layers.layerNorm(x), 4 * textWidth);
    x = add(x, layers.linear(mul(wide, sigmoid(mul(wide, 1.702))), textWidth));
  }
  graph.output(layers.layerNorm(x), "last_hidden_state");
  return graph;
}

/**
 * A UNet like Stable Diffusion 1.5's: sample, timestep and encoder_hidden_states -> out_sample.
 * Rombach et al. 2022 (arXiv 2112.10752), appendix E.
 */
export function syntheticUnet(shape: SyntheticShape): Graph {
  const { channels, textWidth, tokens, imageSide, layersPerBlock, groups } = shape;
  const layers = new SyntheticLayers("unet");
  const { graph } = layers;
  const side = imageSide / factorOf(shape);
  const sample = graph.input("sample", "float32", ["batch", LATENT_CHANNELS, side, side]);
  const timestep = graph.input("timestep", "float32", ["batch"]);
  const context = graph.input("encoder_hidden_states", "float32", ["batch", tokens, textWidth]);
  const [outer = 0] = channels;
  const time = embedTime(layers, timestep, outer);
  const hasAttention = (level: number): boolean => level + 1 < channels.length;
  const attend = (x: Value): Value => transformer(layers, x, { context, shape });
  let x = layers.conv(sample, outer);
  const skips = [x];
  for (const [level, width] of channels.entries()) {
    for (let i = 0; i < layersPerBlock; i++) {
      x = layers.residual(x, width, { groups, time });
      if (hasAttention(level)) x = attend(x);
      skips.push(x);
    }
    if (level + 1 < channels.length) skips.push((x = layers.conv(x, width, { stride: 2 })));
  }
  const inner = channels.at(-1) ?? 0;
  x = layers.residual(attend(layers.residual(x, inner, { groups, time })), inner, { groups, time });
  for (const [level, width] of [...channels.entries()].toReversed()) {
    for (let i = 0; i <= layersPerBlock; i++) {
      const skip = skips.pop();
      x = layers.residual(skip === undefined ? x : concat([x, skip], 1), width, { groups, time });
      if (hasAttention(level)) x = attend(x);
    }
    if (level > 0) x = layers.conv(resizeNearest(x), width);
  }
  graph.output(layers.conv(silu(layers.groupNorm(x, groups)), LATENT_CHANNELS), "out_sample");
  return graph;
}

/** Sines and cosines of the time (Vaswani et al. 2017, section 3.5), then two layers. */
function embedTime(layers: SyntheticLayers, timestep: Value, outer: number): Value {
  const half = outer / 2;
  const frequencies = Array.from({ length: half }, (_, i) => Math.exp((-Math.log(10_000) * i) / half));
  const angles = mul(
    reshape(timestep, [timestep.shape[0] ?? 1, 1]),
    layers.graph.constant(frequencies, "float32", [1, half]),
  );
  return layers.linear(silu(layers.linear(concat([cos(angles), sin(angles)], 1), 4 * outer)), 4 * outer);
}

interface TransformerOptions {
  readonly context: Value;
  readonly shape: SyntheticShape;
}

/** One block over the places of a picture: attention among them, to the words, and a gated layer. */
function transformer(layers: SyntheticLayers, x: Value, { context, shape }: TransformerOptions): Value {
  const { heads, groups } = shape;
  const [batch = 1, width = 0] = x.shape;
  const channels = Number(width);
  const entered = layers.conv(layers.groupNorm(x, groups), channels, { kernel: 1 });
  let tokens = transpose(reshape(entered, [batch, channels, -1]), [0, 2, 1]);
  tokens = add(tokens, layers.attention(layers.layerNorm(tokens), { heads }));
  tokens = add(tokens, layers.attention(layers.layerNorm(tokens), { context, heads }));
  const wide = layers.linear(layers.layerNorm(tokens), 8 * channels);
  const [value = wide, gate = wide] = split(wide, [4 * channels, 4 * channels], 2);
  tokens = add(tokens, layers.linear(mul(value, layers.gelu(gate)), channels));
  const picture = reshape(transpose(tokens, [0, 2, 1]), x.shape);
  return add(x, layers.conv(picture, channels, { kernel: 1 }));
}

/** The decoder of an auto-encoder like Stable Diffusion's: latent_sample -> sample f32 [batch, 3, side, side]. */
export function syntheticDecoder(shape: SyntheticShape): Graph {
  const { decoderChannels, groups, imageSide } = shape;
  const layers = new SyntheticLayers("vae_decoder");
  const { graph } = layers;
  const side = imageSide / factorOf(shape);
  const latents = graph.input("latent_sample", "float32", ["batch", LATENT_CHANNELS, side, side]);
  const inner = decoderChannels.at(-1) ?? 0;
  let x = layers.conv(layers.conv(latents, LATENT_CHANNELS, { kernel: 1 }), inner);
  x = layers.residual(x, inner, { groups });
  const [batch = 1] = x.shape;
  const tokens = transpose(reshape(layers.groupNorm(x, groups), [batch, inner, -1]), [0, 2, 1]);
  x = add(x, reshape(transpose(layers.attention(tokens, { heads: 1 }), [0, 2, 1]), x.shape));
  x = layers.residual(x, inner, { groups });
  for (const [level, width] of [...decoderChannels.entries()].toReversed()) {
    for (let i = 0; i < 3; i++) x = layers.residual(x, width, { groups });
    if (level > 0) x = layers.conv(resizeNearest(x), width);
  }
  graph.output(layers.conv(silu(layers.groupNorm(x, groups)), 3), "sample");
  return graph;
}
