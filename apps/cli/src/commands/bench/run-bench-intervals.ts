import { MezzotintError } from "@mezzotint/contracts/errors";
import { benchIntervals } from "@mezzotint/evaluation/bench/bench-intervals";

export interface BenchIntervalsFlags {
  readonly repetitions: string;
  readonly json?: boolean;
}

/** Prints how often nominal 95 % intervals hold the truth. Throws INVALID_INPUT for fewer than 20 repetitions. */
export function runBenchIntervals({ repetitions, json = false }: BenchIntervalsFlags): void {
  const count = Number(repetitions);
  if (!Number.isInteger(count) || count < 20) {
    throw new MezzotintError("INVALID_INPUT", `--repetitions: expected a whole number from 20 on, got ${repetitions}`);
  }
  const rows = benchIntervals(count);
  if (json) {
    console.log(JSON.stringify({ repetitions: count, rows }, null, 2));
    return;
  }
  console.log(`nominal 95 % intervals, ${count} repetitions`);
  for (const { metric, method, coverage, widthInDeviations } of rows) {
    const held = `${(100 * coverage).toFixed(1)} %`.padStart(8);
    console.log(`${metric.padEnd(23)} ${method.padEnd(31)} ${held}  width ${widthInDeviations.toFixed(2)} deviations`);
  }
}
