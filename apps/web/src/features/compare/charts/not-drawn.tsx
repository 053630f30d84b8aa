import type { RunComparison } from "@mezzotint/contracts/comparison";
import { readingOf, type Dimension } from "../dimension.ts";

/** Runs that a chart leaves out, and why: a chart that is silent about them would be read as complete. */
export function NotDrawn({
  comparison,
  dimensions,
}: {
  readonly comparison: RunComparison;
  readonly dimensions: readonly Dimension[];
}) {
  const reasons = comparison.runs.flatMap((run) => {
    const why = dimensions.flatMap((dimension) => {
      const reading = readingOf(comparison, run, dimension);
      if (reading === null) return [`no ${dimension.title}`];
      return reading.apart === null ? [] : [`${dimension.title}: ${reading.apart}`];
    });
    return why.length === 0 ? [] : [{ run, why: [...new Set(why)].join("; ") }];
  });
  if (reasons.length === 0) return null;
  return (
    <p className="mt-1 text-xs text-ink-quiet">
      Not drawn: {reasons.map(({ run, why }) => `${run.name} (${why})`).join(", ")}.
    </p>
  );
}
