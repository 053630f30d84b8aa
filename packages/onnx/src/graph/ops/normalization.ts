import { dimAt, divideDims, formatShape, staticDim } from "../dim.ts";
import type { Value } from "../graph.ts";
import { invalidInput } from "../invalid-input.ts";
import { add, mul, reciprocal, sqrt, square, sub } from "./elementwise.ts";
import { reduceMean } from "./reduce.ts";
import { reshape } from "./shape.ts";

export interface NormalizationOptions {
  readonly scale?: Value;
  readonly bias?: Value;
  /** Added to the variance; 1e-6 when absent. */
  readonly epsilon?: number;
}

/** Normalizes the last axis to mean 0 and variance 1, then scale [n] and bias [n] (Ba et al. 2016). */
export function layerNorm(x: Value, { scale, bias, epsilon = 1e-6 }: NormalizationOptions = {}): Value {
  const { graph, dtype, shape } = x;
  const size = staticDim(shape, -1, "LayerNormalization");
  for (const parameter of [scale, bias]) {
    if (parameter !== undefined && (parameter.shape.length !== 1 || parameter.shape[0] !== size)) {
      throw invalidInput(`LayerNormalization: parameters must be [${size}], got ${formatShape(parameter.shape)}`);
    }
  }
  const ones =
    scale ??
    graph.constant(
      Array.from({ length: size }, () => 1),
      dtype,
    );
  const statistics = { dtype: "float32", shape: [...shape.slice(0, -1), 1] } as const;
  const [normalized] = graph.node("LayerNormalization", bias === undefined ? [x, ones] : [x, ones, bias], {
    attributes: { axis: { int: -1 }, epsilon: { float: epsilon } },
    outputs: [{ dtype, shape }, statistics, statistics],
  });
  if (normalized === undefined) throw invalidInput("LayerNormalization: has no output");
  return normalized;
}

/** Divides the last axis by its root mean square, then scale [n] (Zhang and Sennrich 2019). */
export function rmsNorm(x: Value, { scale, epsilon = 1e-6 }: Omit<NormalizationOptions, "bias"> = {}): Value {
  const meanSquare = reduceMean(square(x), { axes: [-1], keepDims: true });
  const normalized = mul(x, reciprocal(sqrt(add(meanSquare, epsilon))));
  return scale === undefined ? normalized : mul(normalized, scale);
}

/** Normalizes [n, c, h, w] over groups of channels, then scale [c] and bias [c] (Wu and He 2018). */
export function groupNorm(x: Value, groups: number, { scale, bias, epsilon = 1e-6 }: NormalizationOptions = {}): Value {
  const channels = staticDim(x.shape, 1, "groupNorm");
  const perGroup = divideDims(channels, groups);
  if (x.shape.length !== 4 || perGroup === undefined) {
    throw invalidInput(`groupNorm: ${formatShape(x.shape)} does not divide into ${groups} groups of channels`);
  }
  const grouped = reshape(x, [dimAt(x.shape, 0, "groupNorm"), groups, perGroup, -1]);
  const axes = [2, 3];
  const centered = sub(grouped, reduceMean(grouped, { axes, keepDims: true }));
  const deviation = sqrt(add(reduceMean(square(centered), { axes, keepDims: true }), epsilon));
  const inverse = reciprocal(deviation);
  const parameterShape = [1, groups, perGroup, 1];
  const factor = scale === undefined ? inverse : mul(inverse, reshape(scale, parameterShape));
  const scaled = mul(centered, factor);
  return reshape(bias === undefined ? scaled : add(scaled, reshape(bias, parameterShape)), x.shape);
}
