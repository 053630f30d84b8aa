import { METRIC_FACTS } from "@mezzotint/contracts/metric";
import type { FolderReport, FolderResult } from "@mezzotint/evaluation/folders/evaluate-folders";

const NAME_WIDTH = 22;
const NAMED_MAX = 10;

/** What was found, as lines for people. */
export function folderReportLines(report: FolderReport): readonly string[] {
  const { pictures, unreadable, reference, lostTokens, results } = report;
  const against = reference === null ? "" : ` against ${reference.count}`;
  const skipped = [...unreadable, ...(reference?.unreadable ?? [])];
  return [
    `${pictures.length} pictures${against}`,
    ...skipped.slice(0, NAMED_MAX).map(({ file, reason }) => `  not read: ${file}: ${reason}`),
    ...(skipped.length > NAMED_MAX ? [`  not read: ${skipped.length - NAMED_MAX} more`] : []),
    ...(lostTokens === null || lostTokens === 0 ? [] : [`  ${lostTokens} tokens of prompts did not fit CLIP`]),
    "",
    ...results.map(lineOf),
  ];
}

function lineOf(result: FolderResult): string {
  const { title, decimals } = METRIC_FACTS[result.metric];
  const name = title.padEnd(NAME_WIDTH);
  if (!("score" in result)) return `${name} no score: ${result.error.message}`;
  const { score, protocol, unranked } = result;
  const range =
    score.interval === null
      ? "no interval"
      : `${score.interval.low.toFixed(decimals)} to ${score.interval.high.toFixed(decimals)} (${percent(score.interval.level)})`;
  const how = [protocol.variant, protocol.convention].filter((part) => part !== null).join(", ");
  const { ceiling } = score.details;
  const real = ceiling === undefined ? "" : `real pictures ${ceiling.toFixed(decimals)}`;
  const value = score.value.toFixed(decimals).padStart(10);
  const notes = [real, how, unranked === null ? "" : `not ranked: ${unranked}`].filter((part) => part !== "");
  return [`${name}${value}  ${range}  n ${score.n}`, ...notes].join("  ");
}

function percent(level: number): string {
  return `${Math.round(level * 100)} %`;
}
