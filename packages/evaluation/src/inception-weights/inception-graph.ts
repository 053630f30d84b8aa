import { MezzotintError } from "@mezzotint/contracts/errors";
import { Graph, type Dim, type Value } from "@mezzotint/onnx/graph";
import { add, relu } from "@mezzotint/onnx/graph/ops/elementwise";
import { matmul } from "@mezzotint/onnx/graph/ops/matmul";
import { reduceMean } from "@mezzotint/onnx/graph/ops/reduce";
import { concat } from "@mezzotint/onnx/graph/ops/shape";
import type { TorchTensor } from "./read-torch-file.ts";

const NORM_EPSILON = 1e-3;

interface Builder {
  readonly graph: Graph;
  readonly weights: ReadonlyMap<string, TorchTensor>;
}

/**
 * pytorch-fid's Inception v3 as a graph: pixels f32 [batch, 3, side, side] in [-1, 1] to `features_64`, `features_192`,
 * `features_768` and `features` (2,048; means over the picture), `logits` and `logits_unbiased` [batch, 1008]. Batch norms
 * are folded into the convolutions. The numbers of channels are those of the weights. Throws INVALID_INPUT for missing
 * weights or shapes that do not fit. Source: Szegedy et al. 2015 (arXiv 1512.00567); mseitzer/pytorch-fid, inception.py,
 * for the pooling that differs from torchvision's: averages leave padding out, and the last block takes the maximum.
 */
export function inceptionGraph(weights: ReadonlyMap<string, TorchTensor>, side = 299): Graph {
  const graph = new Graph("inception-fid");
  const builder: Builder = { graph, weights };
  const pixels = graph.input("pixel_values", "float32", ["batch", 3, side, side]);
  let x = convolve(builder, pixels, { name: "Conv2d_1a_3x3", stride: 2, same: false });
  x = convolve(builder, x, { name: "Conv2d_2a_3x3", same: false });
  x = maxPool(convolve(builder, x, { name: "Conv2d_2b_3x3" }), { stride: 2, padding: 0 });
  graph.output(reduceMean(x, { axes: [2, 3] }), "features_64");
  x = convolve(builder, x, { name: "Conv2d_3b_1x1" });
  x = maxPool(convolve(builder, x, { name: "Conv2d_4a_3x3", same: false }), { stride: 2, padding: 0 });
  graph.output(reduceMean(x, { axes: [2, 3] }), "features_192");
  for (const name of ["Mixed_5b", "Mixed_5c", "Mixed_5d"]) x = blockA(builder, x, name);
  x = blockB(builder, x, "Mixed_6a");
  for (const name of ["Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"]) x = blockC(builder, x, name);
  graph.output(reduceMean(x, { axes: [2, 3] }), "features_768");
  x = blockD(builder, x, "Mixed_7a");
  x = blockE(builder, x, { name: "Mixed_7b", pool: averagePool });
  x = blockE(builder, x, { name: "Mixed_7c", pool: (value) => maxPool(value, { stride: 1, padding: 1 }) });
  const features = reduceMean(x, { axes: [2, 3] });
  graph.output(features, "features");
  const unbiased = matmul(features, transposed(builder, "fc.weight"));
  graph.output(unbiased, "logits_unbiased");
  graph.output(
    add(unbiased, graph.initializer("fc.bias", { dtype: "float32", ...weightOf(builder, "fc.bias") })),
    "logits",
  );
  return graph;
}

function chain(builder: Builder, x: Value, names: readonly string[]): Value {
  return names.reduce((value, name) => convolve(builder, value, { name }), x);
}

function blockA(builder: Builder, x: Value, name: string): Value {
  return concat(
    [
      chain(builder, x, [`${name}.branch1x1`]),
      chain(builder, x, [`${name}.branch5x5_1`, `${name}.branch5x5_2`]),
      chain(builder, x, [`${name}.branch3x3dbl_1`, `${name}.branch3x3dbl_2`, `${name}.branch3x3dbl_3`]),
      chain(builder, averagePool(x), [`${name}.branch_pool`]),
    ],
    1,
  );
}

function blockB(builder: Builder, x: Value, name: string): Value {
  const double = chain(builder, x, [`${name}.branch3x3dbl_1`, `${name}.branch3x3dbl_2`]);
  return concat(
    [
      convolve(builder, x, { name: `${name}.branch3x3`, ...HALVING }),
      convolve(builder, double, { name: `${name}.branch3x3dbl_3`, ...HALVING }),
      maxPool(x, { stride: 2, padding: 0 }),
    ],
    1,
  );
}

function blockC(builder: Builder, x: Value, name: string): Value {
  return concat(
    [
      chain(builder, x, [`${name}.branch1x1`]),
      chain(
        builder,
        x,
        [1, 2, 3].map((place) => `${name}.branch7x7_${place}`),
      ),
      chain(
        builder,
        x,
        [1, 2, 3, 4, 5].map((place) => `${name}.branch7x7dbl_${place}`),
      ),
      chain(builder, averagePool(x), [`${name}.branch_pool`]),
    ],
    1,
  );
}

function blockD(builder: Builder, x: Value, name: string): Value {
  const wide = chain(
    builder,
    x,
    [1, 2, 3].map((place) => `${name}.branch7x7x3_${place}`),
  );
  return concat(
    [
      convolve(builder, chain(builder, x, [`${name}.branch3x3_1`]), { name: `${name}.branch3x3_2`, ...HALVING }),
      convolve(builder, wide, { name: `${name}.branch7x7x3_4`, ...HALVING }),
      maxPool(x, { stride: 2, padding: 0 }),
    ],
    1,
  );
}

interface BlockE {
  readonly name: string;
  readonly pool: (value: Value) => Value;
}

function blockE(builder: Builder, x: Value, { name, pool }: BlockE): Value {
  const both = (value: Value, branch: string): Value =>
    concat([convolve(builder, value, { name: `${branch}a` }), convolve(builder, value, { name: `${branch}b` })], 1);
  return concat(
    [
      chain(builder, x, [`${name}.branch1x1`]),
      both(chain(builder, x, [`${name}.branch3x3_1`]), `${name}.branch3x3_2`),
      both(chain(builder, x, [`${name}.branch3x3dbl_1`, `${name}.branch3x3dbl_2`]), `${name}.branch3x3dbl_3`),
      chain(builder, pool(x), [`${name}.branch_pool`]),
    ],
    1,
  );
}

function weightOf({ weights }: Builder, name: string): TorchTensor {
  const found = weights.get(name);
  if (found !== undefined) return found;
  throw new MezzotintError("INVALID_INPUT", `inception: ${name} is not among ${weights.size} weights`);
}

interface ConvolveOptions {
  readonly name: string;
  readonly stride?: number;
  /** Whether zeros around the picture keep its size. */
  readonly same?: boolean;
}

const HALVING = { stride: 2, same: false } as const;

/** A convolution with its batch norm folded in, in float64, and ReLU. */
function convolve(builder: Builder, x: Value, { name, stride = 1, same = true }: ConvolveOptions): Value {
  const kernel = weightOf(builder, `${name}.conv.weight`);
  const [outputs = 0, inputs = 0, height = 0, width = 0] = kernel.shape;
  if (kernel.shape.length !== 4 || x.shape[1] !== inputs) {
    const found = `[${kernel.shape.join(",")}] on [${x.shape.join(",")}]`;
    throw new MezzotintError("INVALID_INPUT", `inception: ${name} has a kernel that does not fit: ${found}`);
  }
  const { weight, bias } = foldNorm(builder, name, kernel);
  const [top, left] = same ? [(height - 1) / 2, (width - 1) / 2] : [0, 0];
  const { graph } = builder;
  const parts = [
    x,
    graph.initializer(`${name}.weight`, { dtype: "float32", shape: kernel.shape, data: weight }),
    graph.initializer(`${name}.bias`, { dtype: "float32", shape: [outputs], data: bias }),
  ];
  const convolved = graph.apply("Conv", parts, {
    attributes: {
      kernel_shape: { ints: [height, width] },
      strides: { ints: [stride, stride] },
      pads: { ints: [top, left, top, left] },
    },
    dtype: "float32",
    shape: [
      x.shape[0] ?? 1,
      outputs,
      slid(x.shape[2], height, { stride, padding: top }),
      slid(x.shape[3], width, { stride, padding: left }),
    ],
  });
  return relu(convolved);
}

function foldNorm(builder: Builder, name: string, kernel: TorchTensor) {
  const [outputs = 0] = kernel.shape;
  const [scale, shift, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map((part) => {
    const values = weightOf(builder, `${name}.bn.${part}`).data;
    if (values.length === outputs) return values;
    const found = `${values.length} values for ${outputs} channels`;
    throw new MezzotintError("INVALID_INPUT", `inception: ${name}.bn.${part} has ${found}`);
  }) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const factor = Float64Array.from(
    { length: outputs },
    (_, i) => (scale[i] as number) / Math.sqrt((variance[i] as number) + NORM_EPSILON),
  );
  const each = kernel.data.length / outputs;
  return {
    weight: kernel.data.map((value, i) => value * (factor[Math.floor(i / each)] as number)),
    bias: Float32Array.from(factor, (value, i) => (shift[i] as number) - (mean[i] as number) * value),
  };
}

function slid(
  size: Dim | undefined,
  kernel: number,
  { stride, padding }: { readonly stride: number; readonly padding: number },
): number {
  const result = Math.floor((Number(size) + 2 * padding - kernel) / stride) + 1;
  if (result >= 1) return result;
  throw new MezzotintError("INVALID_INPUT", `inception: a kernel of ${kernel} does not fit ${String(size)} pixels`);
}

const POOL = 3;

function maxPool(x: Value, { stride, padding }: { readonly stride: number; readonly padding: number }): Value {
  return pool("MaxPool", x, { stride, padding });
}

/** The mean of 3 x 3 pixels, of those that are in the picture. */
function averagePool(x: Value): Value {
  return pool("AveragePool", x, { stride: 1, padding: 1 });
}

function pool(
  op: "MaxPool" | "AveragePool",
  x: Value,
  { stride, padding }: { readonly stride: number; readonly padding: number },
): Value {
  const attributes = {
    kernel_shape: { ints: [POOL, POOL] },
    strides: { ints: [stride, stride] },
    pads: { ints: [padding, padding, padding, padding] },
    ...(op === "AveragePool" ? { count_include_pad: { int: 0 } } : {}),
  };
  const [height, width] = [2, 3].map((axis) => slid(x.shape[axis], POOL, { stride, padding }));
  const shape = [x.shape[0] ?? 1, x.shape[1] ?? 1, height ?? 1, width ?? 1];
  return x.graph.apply(op, [x], { attributes, dtype: x.dtype, shape });
}

function transposed(builder: Builder, name: string): Value {
  const { shape, data } = weightOf(builder, name);
  const [rows = 0, columns = 0] = shape;
  const turned = Float32Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)] as number);
  return builder.graph.initializer(name, { dtype: "float32", shape: [columns, rows], data: turned });
}
