import type { MetricId } from "@mezzotint/contracts/catalogue";
import type { ComparedColumn, ComparedScore, ScoreDifference } from "@mezzotint/contracts/comparison";
import { METRIC_FACTS } from "@mezzotint/contracts/metric";
import { protocolDifferences, whyUnranked, type Protocol } from "@mezzotint/contracts/protocol";
import { excludesZero } from "@mezzotint/statistics/interval";
import { adjustHolm } from "@mezzotint/statistics/multiple-testing";
import { scoreDifference } from "@mezzotint/statistics/score-difference";

/** A score as it rests in its row. */
export interface StoredScore {
  readonly runId: string;
  readonly metric: MetricId;
  readonly protocolId: string;
  readonly protocol: Protocol;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly level: number | null;
  readonly problem: string | null;
  readonly n: number;
  readonly missing: number;
  readonly seconds: number;
  readonly details: Readonly<Record<string, number>>;
  readonly groups: string | null;
  readonly leftOut: readonly number[];
}

/** Scores by column, each held against the baseline's one in that column; p values are adjusted over all of them. */
export function compareScores(args: {
  readonly columns: readonly ComparedColumn[];
  readonly scores: readonly StoredScore[];
  readonly baselineId: string;
}): Map<string, readonly ComparedScore[]> {
  const { columns, scores, baselineId } = args;
  const compared = columns.map((column) => {
    const own = scores.filter((score) => belongsTo(score, column));
    // Without a score of the baseline the first one says what the others must agree with to be ranked together.
    const measure = own.find(({ runId, value }) => runId === baselineId && value !== null);
    const yardstick = measure ?? own.find(({ value }) => value !== null);
    return { column, scores: ranked(own.map((score) => compareOne(score, { measure, yardstick }))) };
  });
  return new Map(withAdjusted(compared).map(({ column, scores: own }) => [column.id, own]));
}

function belongsTo({ metric, protocol }: StoredScore, column: ComparedColumn): boolean {
  if (metric !== column.metric) return false;
  return column.extractor === null || protocol.extractor?.startsWith(column.extractor) === true;
}

interface Against {
  readonly measure: StoredScore | undefined;
  readonly yardstick: StoredScore | undefined;
}

function compareOne(score: StoredScore, { measure, yardstick }: Against): ComparedScore {
  const { groups: _groups, leftOut: _leftOut, ...shown } = score;
  const compares = score.value !== null && yardstick !== undefined;
  const differing = compares ? protocolDifferences(score.protocol, yardstick.protocol) : [];
  const isOther = measure !== undefined && measure.runId !== score.runId;
  return {
    ...shown,
    differing,
    unranked: score.value === null ? score.problem : whyUnranked(score.protocol),
    rank: null,
    difference: isOther && differing.length === 0 ? differenceOf(score, measure) : null,
  };
}

function differenceOf(score: StoredScore, baseline: StoredScore): ScoreDifference | null {
  if (score.value === null || baseline.value === null) return null;
  const sameGroups = score.groups !== null && score.groups === baseline.groups;
  const paired = sameGroups && score.leftOut.length === baseline.leftOut.length;
  const found = scoreDifference(
    { value: score.value, leftOut: score.leftOut },
    { value: baseline.value, leftOut: baseline.leftOut },
    { paired },
  );
  if (found === null) return null;
  const { value, low, high, level } = found.difference;
  return { value, low, high, level, paired, pValue: found.pValue, verdict: verdictOn(score.metric, found.difference) };
}

function verdictOn(
  metric: MetricId,
  difference: { readonly value: number; readonly low: number; readonly high: number },
): ScoreDifference["verdict"] {
  if (!excludesZero(difference)) return null;
  const { better } = METRIC_FACTS[metric];
  if (better === null) return "different";
  return difference.value > 0 === (better === "higher") ? "better" : "worse";
}

/** Places among those that compare and may be ranked. */
function ranked(scores: readonly ComparedScore[]): ComparedScore[] {
  const ranks = (score: ComparedScore): boolean =>
    score.value !== null &&
    score.unranked === null &&
    score.differing.length === 0 &&
    METRIC_FACTS[score.metric].better !== null;
  return scores.map((score) => {
    if (!ranks(score)) return score;
    const sign = METRIC_FACTS[score.metric].better === "lower" ? 1 : -1;
    const ahead = scores.filter((other) => ranks(other) && sign * ((other.value ?? 0) - (score.value ?? 0)) < 0);
    return { ...score, rank: ahead.length + 1 };
  });
}

function withAdjusted<Column extends { readonly scores: readonly ComparedScore[] }>(
  columns: readonly Column[],
): Column[] {
  const all = columns.flatMap(({ scores }) => scores.flatMap(({ difference }) => difference ?? []));
  const adjusted = new Map(adjustHolm(all.map(({ pValue }) => pValue)).map((pValue, place) => [all[place], pValue]));
  return columns.map((column) => ({
    ...column,
    scores: column.scores.map((score) => {
      const { difference } = score;
      if (difference === null) return score;
      return { ...score, difference: { ...difference, pValue: adjusted.get(difference) ?? difference.pValue } };
    }),
  }));
}
