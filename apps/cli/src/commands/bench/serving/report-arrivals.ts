import { percentile } from "./percentile.ts";
import { LOADS, MODES, type Arrivals, type Mode, type Segment } from "./time-arrivals.ts";

const PERCENTILES = [0.5, 0.95, 0.99];

/** Prints both modes side by side, and how they compare. */
export function reportArrivals({ capacity, segments }: Arrivals): void {
  const modes = Object.keys(MODES) as Mode[];
  console.log("\n| when eight always want one | pictures/s |\n|---|---|");
  for (const mode of modes) console.log(`| ${mode} | ${capacity[mode].toFixed(2)} |`);
  console.log("\n| arrivals, of what one at a time can draw | mode | pictures | pictures/s | p50 s | p95 s | p99 s |");
  console.log("|---|---|---|---|---|---|---|");
  const ratios: string[] = [];
  for (const load of LOADS) {
    const [batched, single] = modes.map((mode) => {
      const result = summarise(segments.filter((segment) => segment.mode === mode && segment.load === load));
      const seconds = result.latenciesMs.map((ms) => (ms / 1_000).toFixed(2));
      const rate = result.perSecond.toFixed(2);
      console.log(`| ${load * 100} % | ${mode} | ${result.pictures} | ${rate} | ${seconds.join(" | ")} |`);
      return result;
    });
    if (batched === undefined || single === undefined) continue;
    const [p50, p95, p99] = batched.latenciesMs.map((ms, i) => (ms / (single.latenciesMs[i] ?? Number.NaN)).toFixed(2));
    ratios.push(
      `| ${load * 100} % | ${(batched.perSecond / single.perSecond).toFixed(2)} | ${p50} | ${p95} | ${p99} |`,
    );
  }
  console.log("\n| batching divided by one at a time | pictures/s | p50 | p95 | p99 |\n|---|---|---|---|---|");
  for (const row of ratios) console.log(row);
}

function summarise(segments: readonly Segment[]) {
  const all = segments.flatMap(({ latenciesMs }) => latenciesMs);
  const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0);
  return {
    pictures: all.length,
    perSecond: all.length / seconds,
    latenciesMs: PERCENTILES.map((share) => percentile(all, share)),
  };
}
