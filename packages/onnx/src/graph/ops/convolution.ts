import type { Dim } from "../dim.ts";
import { dimAt, divideDims, formatShape, productOfDims, staticDim } from "../dim.ts";
import type { Value } from "../graph.ts";
import { invalidInput } from "../invalid-input.ts";

export interface Conv2dOptions {
  /** One value per output channel. */
  readonly bias?: Value;
  /** Step of the kernel on both axes; 1 when absent. */
  readonly stride?: number;
  /** Zeros around the picture on all four sides; 0 when absent. */
  readonly padding?: number;
}

function convolvedSize(size: Dim, kernel: number, { stride = 1, padding = 0 }: Conv2dOptions): Dim {
  if (typeof size === "string") {
    if (stride === 1 && 2 * padding === kernel - 1) return size;
    throw invalidInput(`Conv: symbolic size ${size} needs stride 1 and same padding, got ${stride} and ${padding}`);
  }
  const result = Math.floor((size + 2 * padding - kernel) / stride) + 1;
  if (result < 1) throw invalidInput(`Conv: kernel ${kernel} does not fit size ${size} with padding ${padding}`);
  return result;
}

/** Correlates x [n, ci, h, w] with weight [co, ci, kh, kw] -> [n, co, h', w']. */
export function conv2d(x: Value, weight: Value, options: Conv2dOptions = {}): Value {
  const label = `Conv ${formatShape(x.shape)} with ${formatShape(weight.shape)}`;
  const { bias, stride = 1, padding = 0 } = options;
  if (x.shape.length !== 4 || weight.shape.length !== 4) throw invalidInput(`${label}: both ranks must be 4`);
  if (x.shape[1] !== weight.shape[1])
    throw invalidInput(`${label}: channels ${x.shape[1]} and ${weight.shape[1]} differ`);
  const outputs = staticDim(weight.shape, 0, label);
  if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== outputs)) {
    throw invalidInput(`${label}: bias must be [${outputs}], got ${formatShape(bias.shape)}`);
  }
  const kernel = [staticDim(weight.shape, 2, label), staticDim(weight.shape, 3, label)] as const;
  const height = convolvedSize(dimAt(x.shape, 2, label), kernel[0], options);
  const width = convolvedSize(dimAt(x.shape, 3, label), kernel[1], options);
  return x.graph.apply("Conv", bias === undefined ? [x, weight] : [x, weight, bias], {
    attributes: {
      kernel_shape: { ints: kernel },
      strides: { ints: [stride, stride] },
      pads: { ints: [padding, padding, padding, padding] },
    },
    dtype: x.dtype,
    shape: [dimAt(x.shape, 0, label), outputs, height, width],
  });
}

/**
 * Moves channels into space (pixel shuffle): [n, b*b*c, h, w] -> [n, c, h*b, w*b].
 * Input channel (y*b + x)*c + k becomes pixel (y, x) of the block in output channel k (ONNX "DCR" order).
 */
export function depthToSpace(x: Value, block: number): Value {
  const label = `DepthToSpace ${formatShape(x.shape)} by ${block}`;
  const channels = divideDims(staticDim(x.shape, 1, label), block * block);
  if (x.shape.length !== 4 || channels === undefined) throw invalidInput(`${label}: channels do not divide`);
  const height = productOfDims([block, dimAt(x.shape, 2, label)]);
  const width = productOfDims([block, dimAt(x.shape, 3, label)]);
  const attributes = { blocksize: { int: block }, mode: { text: "DCR" } };
  const shape = [dimAt(x.shape, 0, label), channels, height, width];
  return x.graph.apply("DepthToSpace", [x], { attributes, dtype: x.dtype, shape });
}

/** The inverse of depthToSpace: [n, c, h*b, w*b] -> [n, b*b*c, h, w]. */
export function spaceToDepth(x: Value, block: number): Value {
  const label = `SpaceToDepth ${formatShape(x.shape)} by ${block}`;
  const height = divideDims(dimAt(x.shape, 2, label), block);
  const width = divideDims(dimAt(x.shape, 3, label), block);
  if (x.shape.length !== 4 || height === undefined || width === undefined) {
    throw invalidInput(`${label}: height and width do not divide`);
  }
  const shape = [dimAt(x.shape, 0, label), productOfDims([block * block, dimAt(x.shape, 1, label)]), height, width];
  const attributes = { blocksize: { int: block } };
  return x.graph.apply("SpaceToDepth", [x], { attributes, dtype: x.dtype, shape });
}

/** Enlarges [n, c, h, w] by repeating each pixel `factor` times on both axes. */
export function resizeNearest(x: Value, factor = 2): Value {
  const label = `Resize ${formatShape(x.shape)} by ${factor}`;
  if (x.shape.length !== 4 || !Number.isInteger(factor) || factor < 1) {
    throw invalidInput(`${label}: needs rank 4 and a whole factor >= 1`);
  }
  const [batch, channels, height, width] = [0, 1, 2, 3].map((axis) => dimAt(x.shape, axis, label)) as [
    Dim,
    Dim,
    Dim,
    Dim,
  ];
  return x.graph.apply("Resize", [x, undefined, x.graph.constant([1, 1, factor, factor], "float32")], {
    attributes: {
      mode: { text: "nearest" },
      nearest_mode: { text: "floor" },
      coordinate_transformation_mode: { text: "asymmetric" },
    },
    dtype: x.dtype,
    shape: [batch, channels, productOfDims([factor, height]), productOfDims([factor, width])],
  });
}

/** The mean of each block of `factor` x `factor` pixels: [n, c, h*f, w*f] -> [n, c, h, w]. */
export function averagePool(x: Value, factor: number): Value {
  const label = `AveragePool ${formatShape(x.shape)} by ${factor}`;
  const height = divideDims(dimAt(x.shape, 2, label), factor);
  const width = divideDims(dimAt(x.shape, 3, label), factor);
  if (x.shape.length !== 4 || height === undefined || width === undefined) {
    throw invalidInput(`${label}: height and width do not divide`);
  }
  const attributes = { kernel_shape: { ints: [factor, factor] }, strides: { ints: [factor, factor] } };
  const shape = [dimAt(x.shape, 0, label), dimAt(x.shape, 1, label), height, width];
  return x.graph.apply("AveragePool", [x], { attributes, dtype: x.dtype, shape });
}
