import type { Value } from "@mezzotint/onnx/graph";
import { silu } from "@mezzotint/onnx/graph/ops/activation";
import { conv2d } from "@mezzotint/onnx/graph/ops/convolution";
import { add, relu, square } from "@mezzotint/onnx/graph/ops/elementwise";
import { linear } from "@mezzotint/onnx/graph/ops/matmul";
import type { ParameterScope } from "../trainer/parameter-scope.ts";

export interface LayerSize {
  readonly inputs: number;
  readonly outputs: number;
  /** Multiplies the standard deviation of the first weights; 0 starts the layer as a constant 0. */
  readonly gain?: number;
  readonly bias?: boolean;
}

/** A dense layer: x f32[..., inputs] -> f32[..., outputs]; weights drawn with variance gain² / inputs (LeCun et al. 1998). */
export function dense(p: ParameterScope, x: Value, { inputs, outputs, gain = 1, bias = true }: LayerSize): Value {
  const std = gain / Math.sqrt(inputs);
  const init = gain === 0 ? ({ kind: "zeros" } as const) : ({ kind: "normal", std } as const);
  const weight = p.parameter("weight", [inputs, outputs], { init });
  return linear(x, weight, bias ? p.parameter("bias", [outputs], { init: { kind: "zeros" } }) : undefined);
}

/** A convolution with same padding: x f32[n, inputs, h, w] -> f32[n, outputs, h, w]; `kernel` is 1 or 3. */
export function convolution(p: ParameterScope, x: Value, size: LayerSize & { readonly kernel: 1 | 3 }): Value {
  const { inputs, outputs, kernel, gain = 1 } = size;
  const std = gain / Math.sqrt(inputs * kernel * kernel);
  const init = gain === 0 ? ({ kind: "zeros" } as const) : ({ kind: "normal", std } as const);
  const weight = p.parameter("weight", [outputs, inputs, kernel, kernel], { init });
  const bias = p.parameter("bias", [outputs], { init: { kind: "zeros" } });
  return conv2d(x, weight, { bias, padding: (kernel - 1) / 2 });
}

/**
 * Two 3x3 convolutions added to their input: f32[n, channels, h, w] -> the same shape.
 * It has no normalisation; the second convolution starts at 0, so the block starts as the identity (Zhang et al. 2019, Fixup).
 */
export function residualBlock(p: ParameterScope, x: Value, channels: number): Value {
  const size = { inputs: channels, outputs: channels, kernel: 3 } as const;
  const inner = convolution(p.scope("conv1"), silu(x), { ...size, gain: 1.6 });
  return add(x, convolution(p.scope("conv2"), silu(inner), { ...size, gain: 0 }));
}

/** A two-layer perceptron with squared ReLU (So et al. 2021, Primer): f32[..., width] -> f32[..., width]. */
export function feedForward(p: ParameterScope, x: Value, width: number): Value {
  const hidden = dense(p.scope("expand"), x, { inputs: width, outputs: width * 4 });
  return dense(p.scope("contract"), square(relu(hidden)), { inputs: width * 4, outputs: width, gain: 0.25 });
}
