import type { Value } from "@mezzotint/onnx/graph";
import { silu } from "@mezzotint/onnx/graph/ops/activation";
import { depthToSpace, spaceToDepth } from "@mezzotint/onnx/graph/ops/convolution";
import { abs, add, mul, square, sub } from "@mezzotint/onnx/graph/ops/elementwise";
import { reduceMean } from "@mezzotint/onnx/graph/ops/reduce";
import { slice } from "@mezzotint/onnx/graph/ops/shape";
import type { ParameterScope } from "../trainer/parameter-scope.ts";
import { convolution, residualBlock } from "./layers.ts";

/** Sizes of the auto-encoder: pictures shrink by 8 on both sides. */
export interface AutoEncoderSize {
  readonly latentChannels: number;
  /** Channels at 1/4 and 1/8 of the picture's side in the encoder. */
  readonly encoder: readonly [number, number];
  /** Channels at 1/8, 1/4 and 1/2 of the picture's side in the decoder. */
  readonly decoder: readonly [number, number, number];
  /** Residual blocks at each scale of the decoder. */
  readonly decoderBlocks: readonly [number, number, number];
}

/** Pictures f32[n, 3, h, w] in [-1, 1] -> latents f32[n, latentChannels, h/8, w/8], unbounded, about unit variance. */
export function encode(p: ParameterScope, pixels: Value, size: AutoEncoderSize): Value {
  const [wide, deep] = size.encoder;
  let x = convolution(p.scope("in"), spaceToDepth(pixels, 4), { inputs: 48, outputs: wide, kernel: 3 });
  x = residualBlock(p.scope("quarter"), x, wide);
  x = convolution(p.scope("down"), spaceToDepth(x, 2), { inputs: wide * 4, outputs: deep, kernel: 1 });
  x = residualBlock(p.scope("eighth"), x, deep);
  return convolution(p.scope("out"), silu(x), { inputs: deep, outputs: size.latentChannels, kernel: 3, gain: 1.6 });
}

/** Latents f32[n, latentChannels, h/8, w/8] -> pictures f32[n, 3, h, w], about [-1, 1]. */
export function decode(p: ParameterScope, latents: Value, size: AutoEncoderSize): Value {
  const [eighth, quarter, half] = size.decoder;
  const stack = (name: string, x: Value, { channels, blocks }: { channels: number; blocks: number }): Value =>
    Array.from({ length: blocks }).reduce<Value>(
      (hidden, _, index) => residualBlock(p.scope(`${name}${index}`), hidden, channels),
      x,
    );
  let x = convolution(p.scope("in"), latents, { inputs: size.latentChannels, outputs: eighth, kernel: 3 });
  x = stack("eighth", x, { channels: eighth, blocks: size.decoderBlocks[0] });
  x = depthToSpace(convolution(p.scope("up1"), x, { inputs: eighth, outputs: quarter * 4, kernel: 1 }), 2);
  x = stack("quarter", x, { channels: quarter, blocks: size.decoderBlocks[1] });
  x = depthToSpace(convolution(p.scope("up2"), x, { inputs: quarter, outputs: half * 4, kernel: 1 }), 2);
  x = stack("half", x, { channels: half, blocks: size.decoderBlocks[2] });
  return depthToSpace(convolution(p.scope("out"), silu(x), { inputs: half, outputs: 12, kernel: 3, gain: 0.5 }), 2);
}

function differences(x: Value, axis: 2 | 3): Value {
  const length = x.shape[axis] as number;
  return sub(slice(x, [{ axis, start: 1, end: length }]), slice(x, [{ axis, start: 0, end: length - 1 }]));
}

export interface AutoEncoderLoss {
  readonly loss: Value;
  /** Mean squared error of pixels in [-1, 1]; PSNR in dB is 10 log10(4 / mse). */
  readonly mse: Value;
}

/**
 * What the auto-encoder is trained on: mean absolute error of pixels and of their differences to the right and below,
 * plus a weak pull of the latents to unit scale. `noise` f32[n, latentChannels, h/8, w/8] is added to the latents, so that
 * neighbouring latents decode alike; a fixed-variance form of Kingma and Welling 2014.
 */
export function autoEncoderLoss(
  p: ParameterScope,
  { pixels, noise }: { readonly pixels: Value; readonly noise: Value },
  size: AutoEncoderSize,
): AutoEncoderLoss {
  const latents = encode(p.scope("encoder"), pixels, size);
  const decoded = decode(p.scope("decoder"), add(latents, noise), size);
  const error = sub(decoded, pixels);
  const edges = add(reduceMean(abs(differences(error, 2))), reduceMean(abs(differences(error, 3))));
  const loss = add(add(reduceMean(abs(error)), mul(edges, 0.5)), mul(reduceMean(square(latents)), 1e-3));
  return { loss, mse: reduceMean(square(error)) };
}
