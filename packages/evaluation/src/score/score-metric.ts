import type { MetricId } from "@mezzotint/contracts/catalogue";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { METRIC_FACTS, type MetricFacts } from "@mezzotint/contracts/metric";
import type { MetricInput } from "./metric-input.ts";
import { METRICS, type Metric } from "./metrics.ts";
import type { Score, ScoreSettings } from "./score.ts";

export interface ScoreOptions {
  /** One of the metric's conventions; its first where absent. */
  readonly convention?: string;
  /** 0 where absent. */
  readonly seed?: bigint;
  /** 0.95 where absent. */
  readonly level?: number;
}

/**
 * The score of a metric of the catalogue over a set of pictures, with its interval. Pure: the same input gives the same
 * score. Throws INVALID_INPUT for sets that give no number (empty, one picture, features that are none, dimensions that
 * differ, numbers of prompts that do not fit), UNSUPPORTED for a convention the metric does not have.
 */
export function scoreMetric(id: MetricId, input: MetricInput, options: ScoreOptions = {}): Score {
  const { conventions, title }: MetricFacts = METRIC_FACTS[id];
  const convention = options.convention ?? conventions[0] ?? null;
  if (convention !== null && !conventions.includes(convention)) {
    const known = conventions.length === 0 ? "none" : conventions.join(", ");
    throw new MezzotintError("UNSUPPORTED", `${title}: convention ${convention} is not one of its own: ${known}`);
  }
  const metric: Metric = METRICS[id];
  const pictures = countOf(input);
  if (pictures !== input.prompts.length) {
    throw new MezzotintError("INVALID_INPUT", `${title}: ${pictures} pictures with ${input.prompts.length} prompts`);
  }
  const score = scoreOf(metric, input, { convention, seed: options.seed ?? 0n, level: options.level ?? 0.95 });
  if (Number.isFinite(score.value)) return score;
  throw new MezzotintError("INVALID_INPUT", `${title}: ${pictures} pictures give ${score.value}, which is no number`);
}

function countOf(input: MetricInput): number {
  if (input.from === "picture-values") return input.values.length;
  return input.from === "label-maps" ? input.confusions.length : input.samples.rows;
}

function scoreOf(metric: Metric, input: MetricInput, settings: ScoreSettings): Score {
  if (metric.from === "features" && input.from === "features") return metric.score(input, settings);
  if (metric.from === "own-features" && input.from === "own-features") return metric.score(input, settings);
  if (metric.from === "class-logits" && input.from === "class-logits") return metric.score(input, settings);
  if (metric.from === "picture-values" && input.from === "picture-values") return metric.score(input, settings);
  if (metric.from === "label-maps" && input.from === "label-maps") return metric.score(input, settings);
  throw new MezzotintError("INVALID_INPUT", `metric: it is scored from ${metric.from}, got ${input.from}`);
}
