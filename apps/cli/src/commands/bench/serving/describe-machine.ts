import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

/** What a table of times is worth nothing without, the load of the last minute included. */
export function describeMachine(): string {
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const model = cpus()[0]?.model.trim() ?? "processor unknown";
  const load = (loadavg()[0] ?? Number.NaN).toFixed(1);
  return `${availableParallelism()} cores (${model}), ${memory} GiB, Node ${process.versions.node}, load average ${load}`;
}
