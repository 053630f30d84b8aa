import type { ComparedScore, RunComparison } from "@mezzotint/contracts/comparison";

/**
 * The same runs by how far they are from the baseline, with the intervals of these differences: narrower where both were
 * scored on the same prompts. Scores that have no difference are left out, those that do not compare stay as they are.
 */
export function asDifferences(comparison: RunComparison): RunComparison {
  const { scores, baselineId } = comparison;
  const of = (score: ComparedScore): ComparedScore | null => {
    const { difference, value, differing } = score;
    if (value === null || differing.length > 0) return score;
    if (score.runId === baselineId) return { ...score, value: 0, low: 0, high: 0 };
    if (difference === null) return null;
    return { ...score, value: difference.value, low: difference.low, high: difference.high };
  };
  const byRun = Object.entries(scores).map(([runId, own]) => {
    const columns = Object.entries(own).flatMap(([columnId, score]) => {
      const changed = of(score);
      return changed === null ? [] : [[columnId, changed] as const];
    });
    return [runId, Object.fromEntries(columns)] as const;
  });
  return { ...comparison, scores: Object.fromEntries(byRun) };
}
