import type { Value } from "@mezzotint/onnx/graph";
import { cast, mul, sub } from "@mezzotint/onnx/graph/ops/elementwise";
import { reduceMean } from "@mezzotint/onnx/graph/ops/reduce";
import { times, unbroadcast } from "../algebra.ts";
import type { BackwardRule, BackwardStep } from "../rule.ts";
import { inputOf, materialize, outputOf } from "../rule.ts";

function isOnes(value: Value): boolean {
  const stored = value.graph.storedTensor(value);
  return stored !== undefined && Array.from<number | bigint>(stored.data).every((element) => Number(element) === 1);
}

/** Ba et al. 2016: dx = (h - mean(h) - n mean(h n)) / std with n the normalized x and h = dy scale. */
function layerNormalization(step: BackwardStep): readonly (() => Value)[] {
  const { node, output } = step;
  const [x, scale] = [inputOf(node, 0), inputOf(node, 1)];
  const [mean, inverse] = [cast(outputOf(node, 1), x.dtype), cast(outputOf(node, 2), x.dtype)];
  const gradient = materialize(step);
  const normalized = mul(sub(x, mean), inverse);
  const last = { axes: [-1], keepDims: true };
  return [
    () => {
      const scaled = isOnes(scale) ? gradient : times(gradient, scale);
      const along = mul(normalized, reduceMean(mul(scaled, normalized), last));
      return mul(sub(sub(scaled, reduceMean(scaled, last)), along), inverse);
    },
    () => unbroadcast(mul(gradient, normalized), output.shape, scale.shape),
    () => unbroadcast(gradient, output.shape, scale.shape),
  ];
}

/** Rules for normalizations that are operations of their own; the others are composed of simpler ones. */
export const normalizationRules = { LayerNormalization: layerNormalization } satisfies Record<string, BackwardRule>;
