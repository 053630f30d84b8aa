import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { METRIC_IDS, type MetricId } from "@mezzotint/contracts/catalogue";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { evaluateFolders, type FolderReport } from "@mezzotint/evaluation/folders/evaluate-folders";
import { startPreparationPool } from "@mezzotint/evaluation/extractors/preparation-pool";
import { encodeStatistics } from "@mezzotint/evaluation/metrics/statistics-file";
import { parseThreads } from "../generate/parse-request.ts";
import { chooseExtractors, type ExtractorFlags } from "./choose-extractors.ts";
import { folderReportLines } from "./folder-report-lines.ts";
import { gateFails, parseGate, type Gate } from "./gate.ts";

export interface EvaluateFoldersFlags extends ExtractorFlags {
  readonly images: string;
  readonly reference?: string;
  readonly metrics?: string;
  readonly prompts?: string;
  readonly labels?: string;
  readonly convention: readonly string[];
  readonly saveStatistics?: string;
  readonly failOn: readonly string[];
  readonly threads?: string;
  readonly json?: boolean;
}

/** Scores and prints. False when a bound is broken or a metric that was asked for has no score. */
export async function runEvaluateFolders(flags: EvaluateFoldersFlags): Promise<boolean> {
  const threads = flags.threads === undefined ? availableParallelism() : parseThreads(flags.threads);
  const gates = flags.failOn.map(parseFolderGate);
  const metrics = flags.metrics === undefined ? null : flags.metrics.split(",").map(parseMetric);
  const conventions = Object.fromEntries(flags.convention.map(parseConvention));
  const asked = withGated(metrics, gates);
  const extractors = await chooseExtractors(flags, { threads, metrics: asked ?? [] });
  const pool = startPreparationPool();
  try {
    const report = await evaluateFolders({
      images: flags.images,
      reference: flags.reference ?? null,
      metrics: asked,
      conventions,
      prompts: flags.prompts ?? null,
      labels: flags.labels ?? null,
      extractors,
      pool,
      onProgress: showProgress,
    });
    if (flags.saveStatistics !== undefined) await save(flags.saveStatistics, report);
    const broken = gates.flatMap((gate) => brokenBy(gate, report));
    if (flags.json === true) console.log(JSON.stringify(plainReport(report, broken), null, 2));
    else for (const line of folderReportLines(report)) console.log(line);
    for (const reason of broken) console.error(`fails: ${reason}`);
    return broken.length === 0 && report.results.every((result) => metrics === null || "score" in result);
  } finally {
    await pool.close();
    await extractors.main.extractor.dispose();
    await extractors.clip?.dispose();
    await extractors.segmenter?.dispose();
    await extractors.head?.dispose();
  }
}

function parseFolderGate(text: string): Gate {
  const gate = parseGate(text);
  if (!gate.relative) return gate;
  throw new MezzotintError("INVALID_INPUT", `--fail-on: ${text} is a difference, and folders have no baseline`);
}

function parseMetric(name: string): MetricId {
  const metric = METRIC_IDS.find((id) => id === name.trim());
  if (metric !== undefined) return metric;
  throw new MezzotintError("INVALID_INPUT", `--metrics: ${name} is none of ${METRIC_IDS.join(", ")}`);
}

function parseConvention(text: string): readonly [MetricId, string] {
  const [metric = "", convention] = text.split("=");
  if (convention !== undefined && convention !== "") return [parseMetric(metric), convention];
  throw new MezzotintError("INVALID_INPUT", `--convention: expected metric=name, got ${JSON.stringify(text)}`);
}

/** What a bound is on is scored, asked for or not. */
function withGated(metrics: readonly MetricId[] | null, gates: readonly Gate[]): readonly MetricId[] | null {
  if (metrics === null) return gates.length === 0 ? null : [...new Set(gates.map(({ metric }) => metric))];
  return [...new Set([...metrics, ...gates.map(({ metric }) => metric)])];
}

/** Why a bound is broken, if it is. One on what has no score is: silence would let a build pass that nobody looked at. */
export function brokenBy(gate: Gate, { results }: Pick<FolderReport, "results">): string[] {
  const result = results.find(({ metric }) => metric === gate.metric);
  if (result === undefined) return [`${gate.text}: it was not scored`];
  if (!("score" in result)) return [`${gate.text}: no score: ${result.error.message}`];
  return gateFails(gate, result.score.value) ? [`${gate.text}: it is ${result.score.value}`] : [];
}

async function save(file: string, report: FolderReport): Promise<void> {
  await writeFile(file, encodeStatistics(report.statistics())).catch((cause: unknown) => {
    throw new MezzotintError("STORAGE_UNAVAILABLE", `${file} cannot be written`, { cause });
  });
}

function plainReport(
  { pictures, unreadable, reference, lostTokens, results }: FolderReport,
  broken: readonly string[],
) {
  return {
    pictures: pictures.length,
    unreadable,
    reference,
    lostTokens,
    results: results.map((result) => {
      if (!("score" in result)) return result;
      const { score, ...described } = result;
      const { perPicture, ...figures } = score;
      const names = pictures.map(({ file }) => file);
      const listed =
        perPicture?.length === names.length ? Array.from(perPicture, (value, i) => [names[i], value]) : null;
      return { ...described, ...figures, ...(listed === null ? {} : { perPicture: Object.fromEntries(listed) }) };
    }),
    broken,
  };
}

/** One line that rewrites itself, where somebody looks. */
function showProgress(folder: string, done: number, files: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(done === files ? "\r\u001b[K" : `\r${folder}: ${done} of ${files} pictures`);
}
