import { setTimeout as sleep } from "node:timers/promises";
import type { ComparedScore, RunComparison } from "@mezzotint/contracts/comparison";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { RUN_METRIC_IDS } from "@mezzotint/contracts/run";
import type { ServiceContext } from "@mezzotint/services/context";
import { compareRuns } from "@mezzotint/services/run/compare";
import { getRun } from "@mezzotint/services/run/get";
import { scoreRun } from "@mezzotint/services/run/score";
import type { LedgerFlags } from "../run/ledger-options.ts";
import { scoreLines } from "../run/run-lines.ts";
import { withLedger } from "../run/with-ledger.ts";
import { gateFails, parseGate, type Gate } from "./gate.ts";

export interface EvaluateRunFlags extends LedgerFlags {
  readonly run: string;
  readonly baseline?: string;
  /** More metrics for the run, and for its baseline. */
  readonly metrics?: string;
  readonly failOn: readonly string[];
  readonly json?: boolean;
}

const POLL_MS = 1_000;

/**
 * Waits for a run, prints its scores, and against a baseline their differences. False when a bound is broken. A bound on
 * what has no number, or does not compare, throws: a gate that looked at nothing must not let a build pass.
 */
export async function runEvaluateRun(flags: EvaluateRunFlags): Promise<boolean> {
  const gates = flags.failOn.map(parseGate);
  const relative = gates.find((gate) => gate.relative);
  if (relative !== undefined && flags.baseline === undefined) {
    throw new MezzotintError("INVALID_INPUT", `--fail-on ${relative.text}: a difference needs --baseline`);
  }
  return withLedger(flags, async (ctx) => {
    const runIds = [flags.run, ...(flags.baseline === undefined ? [] : [flags.baseline])];
    for (const runId of runIds) await untilDone(ctx, runId);
    if (flags.metrics !== undefined) await scoreMore(ctx, runIds, flags.metrics.split(","));
    const baselineId = flags.baseline ?? flags.run;
    const comparison = await compareRuns({ ctx, input: { runIds: [flags.run], baselineId } });
    if (flags.json === true) console.log(JSON.stringify(comparison, null, 2));
    else for (const line of scoreLines(comparison, flags.run)) console.log(line);
    const broken = gates.filter((gate) => isBroken(gate, comparison, flags.run));
    for (const { text } of broken) console.error(`broken: ${text}`);
    return broken.length === 0;
  });
}

/** Asks for the metrics that a run lacks, and waits for them. */
async function scoreMore(ctx: ServiceContext, runIds: readonly string[], names: readonly string[]): Promise<void> {
  const metrics = names.map((name) => {
    const known = RUN_METRIC_IDS.find((id) => id === name.trim());
    if (known !== undefined) return known;
    throw new MezzotintError("INVALID_INPUT", `--metrics: ${name} is none of ${RUN_METRIC_IDS.join(", ")}`);
  });
  for (const runId of runIds) {
    const { metrics: own } = await getRun({ ctx, input: { runId } });
    const missing = metrics.filter((metric) => !own.includes(metric));
    if (missing.length > 0) await scoreRun({ ctx, input: { runId, metrics: missing } });
  }
  for (const runId of runIds) await untilDone(ctx, runId);
}

async function untilDone(ctx: ServiceContext, runId: string): Promise<void> {
  for (;;) {
    const { status, error } = await getRun({ ctx, input: { runId } });
    if (status === "done") return;
    if (status === "failed" || status === "cancelled") {
      throw new MezzotintError("CONFLICT", `run ${runId} is ${status}${error === null ? "" : `: ${error.message}`}`);
    }
    await sleep(POLL_MS);
  }
}

/** By any extractor that serves the metric: one broken bound is enough. */
export function isBroken(gate: Gate, { columns, scores }: RunComparison, runId: string): boolean {
  const own = columns.filter(({ metric }) => metric === gate.metric).flatMap(({ id }) => scores[runId]?.[id] ?? []);
  if (own.length === 0) {
    const advice = `--metrics ${gate.metric} asks for it`;
    throw new MezzotintError(
      "INVALID_INPUT",
      `--fail-on ${gate.text}: the run is not scored by ${gate.metric}; ${advice}`,
    );
  }
  return own.some((score) => gateFails(gate, figureOf(gate, score)));
}

function figureOf({ text, relative }: Gate, { value, problem, differing, difference }: ComparedScore): number {
  if (value === null) throw new MezzotintError("INVALID_INPUT", `--fail-on ${text}: ${problem}`);
  if (!relative) return value;
  if (difference !== null) return difference.value;
  const reason = differing.length > 0 ? `the protocols differ in ${differing.join(", ")}` : "too few prompts to tell";
  throw new MezzotintError("INVALID_INPUT", `--fail-on ${text}: not comparable, ${reason}`);
}
