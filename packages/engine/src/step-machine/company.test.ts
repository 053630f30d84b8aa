import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Denoiser, DenoiserRow } from "../denoiser.ts";
import { createCompany, type SharingRule } from "./company.ts";
import type { WantedRows } from "./wanted-rows.ts";

interface NetworkOptions {
  readonly company?: Denoiser["company"];
  /** What a call of so many rows adds to every answer. */
  readonly bias?: (rows: number, call: number) => number;
}

/** A network that answers a row with its time, off by what its company brings in. */
function network({ company = "any", bias = () => 0 }: NetworkOptions = {}): { denoiser: Denoiser; calls: number[] } {
  const calls: number[] = [];
  const denoiser: Denoiser = {
    company,
    channels: null,
    inputs: new Set(),
    refuse: () => undefined,
    predict: async (rows) => {
      calls.push(rows.length);
      // As long for many rows as for one, so that company pays.
      await sleep(3);
      if (rows.some(({ timestep }) => timestep < 0)) throw new RangeError("before the beginning");
      return rows.map(({ timestep }) => Float32Array.of(timestep + bias(rows.length, calls.length)));
    },
  };
  return { denoiser, calls };
}

function wanted(denoiser: Denoiser, timesteps: readonly number[], signature: string | null = "1,1"): WantedRows {
  const row = (timestep: number): DenoiserRow => ({
    sample: Float32Array.of(0),
    shape: [1, 1],
    timestep,
    condition: {},
  });
  return { denoiser, rows: timesteps.map(row), signature };
}

async function answers(company: ReturnType<typeof createCompany>, line: readonly WantedRows[]) {
  const chosen = company.choose(line).map((place) => line[place] as WantedRows);
  const given = await company.ask(chosen);
  return given.map((answer) => ("error" in answer ? answer.error : answer.outputs.map(([value]) => value)));
}

test("a new mixture is asked both ways, and shared from then on when no bit differs", async () => {
  const { denoiser, calls } = network();
  const company = createCompany({ proofs: 1 });
  const line = [wanted(denoiser, [1]), wanted(denoiser, [2]), wanted(denoiser, [3, 4])];
  expect(await answers(company, line.slice(0, 2))).toEqual([[1], [2]]);
  expect(calls).toEqual([1, 1, 2]);
  expect(await answers(company, line.slice(0, 2))).toEqual([[1], [2]]);
  expect(calls).toEqual([1, 1, 2, 2]);
  expect(company.findings()).toEqual([{ signature: "1,1", mixture: [2, 0], difference: 0, scale: 2, proofs: 1 }]);
});

test("a mixture that moves the last bits is never shared, unless that is asked for", async () => {
  for (const [sharing, expected] of [
    ["exact", [[1], [2]]],
    ["close", [[1 + 2 ** -20], [2 + 2 ** -20]]],
    ["never", [[1], [2]]],
  ] as const satisfies readonly (readonly [SharingRule, unknown])[]) {
    const { denoiser, calls } = network({ bias: (rows) => (rows - 1) * 2 ** -20 });
    const company = createCompany({ sharing, proofs: 1 });
    const line = [wanted(denoiser, [1]), wanted(denoiser, [2])];
    const first = await answers(company, line);
    expect(first).toEqual(sharing === "never" ? [[1]] : [[1], [2]]);
    const later = await answers(company, line);
    expect(later).toEqual(sharing === "close" ? expected : [[1]]);
    expect(calls).toEqual(sharing === "never" ? [1, 1] : sharing === "exact" ? [1, 1, 2, 1] : [1, 1, 2, 2]);
  }
});

test("one proof is not enough: a difference that shows later still ends the sharing, and nobody gets it", async () => {
  // Each round is two calls alone and one together.
  const { denoiser } = network({ bias: (rows, call) => (rows > 1 && call === 9 ? 2 ** -20 : 0) });
  const company = createCompany();
  const line = [wanted(denoiser, [1]), wanted(denoiser, [2])];
  for (let call = 0; call < 3; call++) expect(await answers(company, line)).toEqual([[1], [2]]);
  expect(company.choose(line)).toEqual([0]);
  expect(company.findings()).toMatchObject([{ difference: 2 ** -20, proofs: 3 }]);
});

test("only equal shapes, and only equal times where a network takes one time, come together", () => {
  const any = network().denoiser;
  const oneTime = network({ company: "same-timestep" }).denoiser;
  const alone = network({ company: "none" }).denoiser;
  const company = createCompany();
  expect(company.choose([wanted(any, [1]), wanted(any, [2], "2,2"), wanted(oneTime, [1]), wanted(any, [3])])).toEqual([
    0, 3,
  ]);
  expect(company.choose([wanted(oneTime, [1]), wanted(oneTime, [2]), wanted(oneTime, [1])])).toEqual([0, 2]);
  expect(company.choose([wanted(alone, [1]), wanted(alone, [1])])).toEqual([0]);
  expect(company.choose([wanted(any, [1, 1], null), wanted(any, [1, 1], null)])).toEqual([0]);
  expect(company.choose([])).toEqual([]);
});

test("an error of one is nobody else's, whether its mixture is known or not", async () => {
  const { denoiser } = network();
  const company = createCompany();
  const line = [wanted(denoiser, [1]), wanted(denoiser, [-1])];
  const failure = expect.objectContaining({ message: "before the beginning" });
  expect(await answers(company, line)).toEqual([[1], failure]);
  const proven = createCompany({ proofs: 1 });
  await answers(proven, [wanted(denoiser, [1]), wanted(denoiser, [2])]);
  expect(await answers(proven, line)).toEqual([[1], failure]);
});

test("a line longer than the limit leaves the rest for the next call", () => {
  const { denoiser } = network();
  const line = Array.from({ length: 12 }, (_, i) => wanted(denoiser, [i]));
  expect(createCompany({ picturesMax: 3 }).choose(line).length).toBeLessThanOrEqual(3);
  expect(createCompany().room(wanted(denoiser, [1]))).toBe(2);
});
