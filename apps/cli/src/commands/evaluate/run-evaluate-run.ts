import { setTimeout as sleep } from "node:timers/promises";
import type { ComparedScore, RunComparison } from "@mezzotint/contracts/comparison";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { ServiceContext } from "@mezzotint/services/context";
import { compareRuns } from "@mezzotint/services/run/compare";
import { getRun } from "@mezzotint/services/run/get";
import { scoreLines } from "../run/run-lines.ts";
import { withLedger } from "../run/with-ledger.ts";
import { gateFails, parseGate, type Gate } from "./gate.ts";

export interface EvaluateRunFlags {
  readonly run: string;
  readonly baseline?: string;
  readonly failOn: readonly string[];
  readonly as?: string;
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
  return withLedger(flags.as, async (ctx) => {
    await untilDone(ctx, flags.run);
    if (flags.baseline !== undefined) await untilDone(ctx, flags.baseline);
    const baselineId = flags.baseline ?? flags.run;
    const comparison = await compareRuns({ ctx, input: { runIds: [flags.run], baselineId } });
    if (flags.json === true) console.log(JSON.stringify(comparison, null, 2));
    else for (const line of scoreLines(comparison, flags.run)) console.log(line);
    const broken = gates.filter((gate) => isBroken(gate, comparison, flags.run));
    for (const { text } of broken) console.error(`broken: ${text}`);
    return broken.length === 0;
  });
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
    throw new MezzotintError("INVALID_INPUT", `--fail-on ${gate.text}: the run is not scored by ${gate.metric}`);
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
