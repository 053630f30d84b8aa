import type { ComparedScore, ScoreDifference } from "@mezzotint/contracts/comparison";
import { METRIC_FACTS } from "@mezzotint/contracts/metric";
import { classNames } from "@mezzotint/ui/class-names";

/** A score with its interval, and its difference from the baseline's, coloured only where that is certain. */
export function ScoreCell({ score }: { readonly score: ComparedScore | undefined }) {
  if (score === undefined) return <span className="text-ink-quiet">not scored</span>;
  const { metric, value, low, high, n, missing, difference, differing, unranked, rank, protocolId } = score;
  const digits = METRIC_FACTS[metric].decimals;
  if (value === null) return <span className="block max-w-44 text-xs text-ink-quiet">{score.problem}</span>;
  return (
    <>
      <p
        title={`Protocol ${protocolId.slice(0, 12)}`}
        className={classNames("text-base", rank === null && "text-ink-quiet")}
      >
        {value.toFixed(digits)}
      </p>
      <p className="text-xs text-ink-soft">
        {low !== null && high !== null && `${low.toFixed(digits)} to ${high.toFixed(digits)}, `}
        <span className="whitespace-nowrap">n = {n}</span>
        {missing > 0 && `, ${missing} missing`}
      </p>
      {differing.length > 0 && <p className="text-xs text-danger">not comparable: {differing.join(", ")} differs</p>}
      {unranked !== null && <p className="max-w-44 text-xs text-ink-quiet">not ranked: {unranked}</p>}
      {difference !== null && <Difference difference={difference} digits={digits} />}
    </>
  );
}

function Difference({ difference, digits }: { readonly difference: ScoreDifference; readonly digits: number }) {
  const { value, low, high, verdict } = difference;
  return (
    <p
      className={classNames(
        "text-xs",
        verdict === null && "text-ink-quiet",
        verdict === "worse" && "text-danger",
        (verdict === "better" || verdict === "different") && "text-copper",
      )}
    >
      {value >= 0 ? "+" : ""}
      {value.toFixed(digits)} ({low.toFixed(digits)} to {high.toFixed(digits)}) {verdict ?? "not distinguishable"}
    </p>
  );
}
