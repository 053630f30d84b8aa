import type { RunComparison } from "@mezzotint/contracts/comparison";
import { Protocol } from "@mezzotint/contracts/protocol";

const PROTOCOL_FIELDS = Protocol.keyof().options.filter((field) => field !== "metric" && field !== "n");
const FIELDS = ["value", "low", "high", "level", "n", "missing", "problem", "unranked", "rank", "seconds"] as const;
const DIFFERENCE = ["value", "low", "high", "paired", "pValue", "verdict"] as const;

/** One line a score, with its protocol and its difference from the baseline. */
export function comparisonCsv({ runs, scores, baselineId }: RunComparison): string {
  const head = [
    "run",
    "name",
    "model",
    "steps",
    "guidance",
    "sampler",
    "prompt set",
    "baseline",
    "metric",
    "protocol id",
    ...FIELDS,
    ...PROTOCOL_FIELDS.map((field) => `protocol ${field}`),
    ...DIFFERENCE.map((field) => `difference ${field}`),
  ];
  const lines = runs.flatMap((run) => {
    const { settings, promptSet } = run;
    const own = [
      run.id,
      run.name,
      run.modelTitle,
      settings.steps,
      settings.guidanceScale,
      settings.scheduler._class_name,
    ];
    return Object.values(scores[run.id] ?? {}).map((score) => [
      ...own,
      `${promptSet.title} ${promptSet.version}`,
      run.id === baselineId,
      score.metric,
      score.protocolId,
      ...FIELDS.map((field) => score[field]),
      ...PROTOCOL_FIELDS.map((field) => score.protocol[field]),
      ...DIFFERENCE.map((field) => score.difference?.[field] ?? null),
    ]);
  });
  return [head, ...lines].map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}

function quoted(value: string | number | boolean | readonly string[] | null): string {
  if (value === null) return "";
  const text = typeof value === "object" ? value.join(" ") : String(value);
  // A cell that begins like a formula is one to a spreadsheet.
  const safe = /^[=+@-]/.test(text) && typeof value === "string" ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
