import type { EngineBench, NetworkBench } from "@mezzotint/engine/bench/bench-engine";

const NAME_WIDTH = 20;
const NUMBER_WIDTH = 14;

/** What a bench found, as lines for people. */
export function engineBenchTable(bench: EngineBench): readonly string[] {
  const { model, recipe, runs, provider, threads, matrixProduct } = bench;
  const where = `${provider}, ${count(threads, "thread")}`;
  const what = `${recipe.width} × ${recipe.height}, ${count(recipe.steps, "step")}, ${recipe.scheduler._class_name}`;
  return [
    `${model.name} ${model.hash.slice(0, 12)}: ${what}; ${where}; medians of ${count(runs, "run")}`,
    "",
    row("load", milliseconds(bench.loadMs)),
    row("text encode", milliseconds(bench.encodeMs)),
    row("per step", milliseconds(bench.stepMs)),
    row("decode", milliseconds(bench.decodeMs)),
    row("total", milliseconds(bench.totalMs), "one picture, without load"),
    row("outside networks", milliseconds(bench.outsideMs), `${percent(bench.outsideShare)} of total`),
    row("  processor time", milliseconds(bench.outsideCpuMs), `${percent(bench.outsideCpuShare)} of total`),
    row("peak memory", megabytes(bench.memoryPeakBytes), `${megabytes(bench.memoryBeforeBytes)} before the model`),
    "",
    row("network", "calls", ["ms per call", "GFLOP", "GFLOP/s", "of the peak"].map(right).join("")),
    ...bench.networks.map(networkRow),
    "",
    `peak ${giga(matrixProduct.peakFlopsPerSecond)} GFLOP/s: the fastest product of two 1024 × 1024 matrices ` +
      `(median ${giga(matrixProduct.medianFlopsPerSecond)})`,
    "GFLOP counts matrix products, convolutions and attention only",
  ];
}

function networkRow({ network, ...of }: NetworkBench): string {
  const numbers = [of.callMs.toFixed(2), giga(of.flopsPerCall), giga(of.flopsPerSecond), percent(of.peakShare)];
  return row(network, String(of.callsPerImage), numbers.map(right).join(""));
}

function row(name: string, value: string, more = ""): string {
  return `${name.padEnd(NAME_WIDTH)}${right(value)}  ${more}`.trimEnd();
}

function right(text: string): string {
  return text.padStart(NUMBER_WIDTH);
}

function milliseconds(value: number): string {
  return `${value.toFixed(2)} ms`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Small graphs have thousandths of a GFLOP. */
function giga(value: number): string {
  return (value / 1e9).toPrecision(3);
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}
