import type { RunComparison } from "@mezzotint/contracts/comparison";
import { METRIC_FACTS } from "@mezzotint/contracts/metric";
import type { RunView } from "@mezzotint/contracts/run";

/** A run in one line. */
export function runLine({ id, name, status, cells, settings, modelName }: RunView): string {
  const lost = cells.failed + cells.missing;
  const short = lost === 0 ? "" : `, ${lost} missing`;
  const made = `${cells.done} of ${cells.total}${short}`;
  return `${id}  ${status.padEnd(9)}  ${made}  ${modelName}, ${settings.steps} steps  ${name}`;
}

/** The scores of a run, one a line, with the difference from the baseline where there is one. */
export function scoreLines({ columns, scores }: RunComparison, runId: string): string[] {
  return columns.flatMap(({ id, metric, extractor }) => {
    const score = scores[runId]?.[id];
    if (score === undefined) return [];
    const { title, decimals } = METRIC_FACTS[metric];
    const head = (extractor === null ? title : `${title} (${extractor})`).padEnd(24);
    if (score.value === null) return [`${head} none: ${score.problem}`];
    const show = (value: number): string => value.toFixed(decimals);
    const range = score.low === null || score.high === null ? "" : ` (${show(score.low)} to ${show(score.high)})`;
    const { difference, differing } = score;
    const against =
      differing.length > 0
        ? `, not comparable: ${differing.join(", ")}`
        : difference === null
          ? ""
          : `, ${show(difference.value)} from the baseline (${show(difference.low)} to ${show(difference.high)})`;
    const { ceiling } = score.details;
    const real = ceiling === undefined ? "" : `, real pictures ${show(ceiling)}`;
    return [`${head} ${show(score.value)}${range}, n = ${score.n}${real}${against}`];
  });
}
