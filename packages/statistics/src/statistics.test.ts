import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrapMean } from "./bootstrap.ts";
import { fitBradleyTerry } from "./bradley-terry.ts";
import { comparisonGroups } from "./comparison-graph.ts";
import { countVotes } from "./count-votes.ts";
import { excludesZero } from "./interval.ts";
import { groupedJackknife } from "./jackknife.ts";
import { kendallTau } from "./kendall.ts";
import { isSwapped, labelSwapTest } from "./label-swap.ts";
import { createMarkedSums } from "./marked-sums.ts";
import { adjustBenjaminiHochberg, adjustHolm } from "./multiple-testing.ts";
import { comparePaired } from "./paired-comparison.ts";
import { groupSamples } from "./sample-groups.ts";
import { scoreDifference } from "./score-difference.ts";
import { wilsonInterval } from "./wilson.ts";

function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  return matrix(rows.length, rows[0]?.length ?? 0, Float64Array.from(rows.flat()));
}

function normals(count: number, seed: number): Float64Array {
  return Float64Array.from(createTorchNormal(BigInt(seed)).normal([count]));
}

function names(count: number, each = 1): string[] {
  return Array.from({ length: count * each }, (_, i) => `prompt ${Math.floor(i / each)}`);
}

describe("Bradley-Terry", () => {
  const wins = matrixOf([
    [0, 30, 45],
    [20, 0, 33],
    [10, 22, 0],
  ]);

  test("settle with a million votes, where rounding keeps steps from vanishing", () => {
    const { strengths } = fitBradleyTerry(
      matrixOf([
        [0, 1e6, 9.9e5],
        [3, 0, 5e5],
        [1, 4.5e5, 0],
      ]),
    );
    // The expected wins of every player are those observed.
    const votes = [1e6 + 3, 9.9e5 + 1];
    const won = [1, 2].reduce((sum, j) => {
      const behind = Number(strengths[j]) - Number(strengths[0]);
      return sum + Number(votes[j - 1]) / (1 + Math.exp(behind));
    }, 0);
    expect(won / 1.99e6).toBeCloseTo(1, 10);
  });

  test("has the recorded strengths and errors", () => {
    const { strengths, standardErrorOfDifference } = fitBradleyTerry(wins);
    [0.6141641631673993, -0.0066988547625744434, -0.6074653084048248].forEach((expected, i) =>
      expect(strengths[i]).toBeCloseTo(expected, 12),
    );
    [0, 0.24371179500077292, 0.25284190547815233, 0.24371179500077292, 0, 0.2369838681037456].forEach((expected, i) =>
      expect(standardErrorOfDifference.data[i]).toBeCloseTo(expected, 12),
    );
  });

  test("of two players is the log-odds, ties half and half", () => {
    const votes = Array.from("llllllrrtt").map((mark) => ({
      left: "a",
      right: "b",
      outcome: mark === "t" ? ("tie" as const) : mark === "l" ? ("left" as const) : ("right" as const),
    }));
    const { strengths } = fitBradleyTerry(countVotes(votes, ["a", "b"]));
    expect(Number(strengths[0]) - Number(strengths[1])).toBeCloseTo(Math.log(7 / 3), 12);
  });

  test("gives back strengths whose chances it was shown", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 2, maxLength: 6 }), (truth) => {
        const chances = truth.map((a, i) => truth.map((b, j) => (i === j ? 0 : 100 / (1 + Math.exp(b - a)))));
        const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
        const { strengths } = fitBradleyTerry(matrixOf(chances));
        truth.forEach((value, i) => expect(strengths[i]).toBeCloseTo(value - mean, 8));
      }),
    );
  });

  test("refuses what has no ranking, with the players it concerns", () => {
    const apart = matrixOf([
      [0, 3, 0, 0],
      [2, 0, 0, 0],
      [0, 0, 0, 1],
      [0, 0, 4, 0],
    ]);
    expect(comparisonGroups(apart)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(() => fitBradleyTerry(apart)).toThrow("{0, 1} and {2, 3} were never compared");
    const beaten = matrixOf([
      [0, 5, 2],
      [3, 0, 4],
      [0, 0, 0],
    ]);
    expect(() => fitBradleyTerry(beaten)).toThrow("{2} never beat {0, 1}");
    const { strengths } = fitBradleyTerry(beaten, { priorTies: 1 });
    expect(strengths[2]).toBeLessThan(-1);
    expect(() =>
      fitBradleyTerry(
        matrixOf([
          [0, -1],
          [2, 0],
        ]),
      ),
    ).toThrow("0 against 1 of 2 is -1");
    expect(() => countVotes([{ left: "a", right: "a", outcome: "tie" }], ["a", "b"])).toThrow('"a" against "a"');
  });
});

describe("intervals", () => {
  test("the jackknife of a mean is its textbook error", () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
    const leftOut = values.map((_, i) => mean(values.filter((_value, j) => j !== i)));
    const { value, standardError, low } = groupedJackknife(mean(values), leftOut);
    const variance = values.reduce((sum, one) => sum + (one - mean(values)) ** 2, 0) / (values.length - 1);
    expect(value).toBeCloseTo(mean(values), 12);
    expect(standardError).toBeCloseTo(Math.sqrt(variance / values.length), 12);
    expect(low).toBeCloseTo(value - 2.364624251592785 * standardError, 10);
    expect(() => groupedJackknife(1, [1])).toThrow("got 1");
  });

  test("Wilson's interval is that of the book, also at the ends", () => {
    const { low, high } = wilsonInterval(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(wilsonInterval(0, 10).low).toBeCloseTo(0, 15);
    expect(wilsonInterval(0, 10).high).toBeCloseTo(0.2775, 4);
    expect(() => wilsonInterval(3, 2)).toThrow("3 of 2");
  });

  test("groups hold whole prompts and every sample once", () => {
    const clusters = names(23, 3);
    const groups = groupSamples(clusters, 5, 1n);
    expect(groups.flat().toSorted((a, b) => a - b)).toEqual(clusters.map((_, i) => i));
    for (const group of groups) expect(group.length % 3).toBe(0);
    const ofPrompt = new Map(groups.flatMap((group, g) => group.map((i) => [clusters[i], g] as const)));
    groups.forEach((group, g) => group.forEach((i) => expect(ofPrompt.get(String(clusters[i]))).toBe(g)));
  });

  test("the bootstrap of equal scores has no width, and refuses one prompt", () => {
    const input = { values: new Float64Array(6).fill(2), clusters: names(3, 2), seed: 1n };
    expect(bootstrapMean(input)).toMatchObject({ value: 2, low: 2, high: 2, standardError: 0 });
    expect(() => bootstrapMean({ ...input, clusters: Array.from({ length: 6 }, () => "one") })).toThrow("got 1");
    expect(() => bootstrapMean({ ...input, values: Float64Array.of(1, 2, Number.NaN, 4, 5, 6) })).toThrow(
      "value 2 of 6",
    );
  });
});

describe("nominal 95 % intervals hold the truth in 90 to 99 % of a seeded simulation", () => {
  const REPETITIONS = 200;

  test("bootstrap over prompts, whose pictures depend on each other", () => {
    let held = 0;
    for (let seed = 0; seed < REPETITIONS; seed++) {
      const data = normals(40 + 160, seed);
      const values = Float64Array.from(
        { length: 160 },
        (_, i) => Number(data[Math.floor(i / 4)]) + Number(data[40 + i]),
      );
      const { low, high } = bootstrapMean({ values, clusters: names(40, 4), seed: BigInt(seed), resamples: 400 });
      if (low <= 0 && 0 <= high) held++;
    }
    expect(held / REPETITIONS).toBeGreaterThanOrEqual(0.9);
    expect(held / REPETITIONS).toBeLessThanOrEqual(0.99);
  });

  test("label swaps call a difference at level 0.1 about as often where there is none", () => {
    let called = 0;
    for (let seed = 0; seed < REPETITIONS; seed++) {
      const data = normals(14, seed);
      const difference = (swapped: Uint8Array) =>
        data.reduce((sum, value, i) => sum + (isSwapped(swapped, i) ? -value : value), 0);
      if (labelSwapTest({ units: 14, difference, seed: BigInt(seed), permutations: 199 }).pValue <= 0.1) called++;
    }
    expect(called / REPETITIONS).toBeGreaterThan(0.04);
    expect(called / REPETITIONS).toBeLessThan(0.16);
  });
});

describe("comparisons", () => {
  const scores = (shift: number, seed: number) =>
    Array.from(normals(60, seed), (noise, i) => ({
      prompt: `p${i % 20}`,
      seed: String(Math.floor(i / 20)),
      value: (i % 20) * 10 + shift + noise * 0.1,
    }));

  test("a small difference shows through large differences of prompts", () => {
    const result = comparePaired(scores(0.5, 1), scores(0, 2), { seed: 1n });
    expect(result).toMatchObject({ pairs: 60, prompts: 20 });
    expect(result.difference.value).toBeCloseTo(0.5, 1);
    expect(excludesZero(result.difference)).toBe(true);
    expect(result.pValue).toBeLessThan(0.001);
    expect(result.higherShare.a).toBeGreaterThan(0.9);
  });

  test("runs that share no pictures are not comparable", () => {
    const other = scores(0, 2).map((score) => ({ ...score, seed: `other ${score.seed}` }));
    expect(() => comparePaired(scores(0, 1), other, { seed: 1n })).toThrow(
      "not comparable: 60 and 60 pictures share 0",
    );
    const twice = [...scores(0, 1), ...scores(0, 1)];
    expect(() => comparePaired(twice, scores(0, 2), { seed: 1n })).toThrow('"p0" with seed 0 comes twice');
  });

  test("sums of marked values are those of adding them up", () => {
    const values = normals(21, 3);
    const sumOf = createMarkedSums(values);
    for (const marks of [
      [0, 0, 0, 0],
      [255, 255, 255, 255],
      [0b1010_0110, 0b0000_0001, 0b1001_0000, 77],
    ]) {
      const marked = Uint8Array.from(marks);
      const expected = values.filter((_, i) => isSwapped(marked, i)).reduce((sum, value) => sum + value, 0);
      expect(sumOf(marked)).toBeCloseTo(expected, 12);
    }
  });

  test("all exchanges are counted where there are few", () => {
    const difference = (swapped: Uint8Array) =>
      [0, 1, 2, 3, 4].reduce((sum, unit) => sum + (isSwapped(swapped, unit) ? -1 : 1), 0);
    expect(labelSwapTest({ units: 5, difference, seed: 1n })).toEqual({ difference: 5, pValue: 2 / 32 });
  });
});

test("Holm and Benjamini-Hochberg adjust as in the textbook, in any order", () => {
  const values = [0.01, 0.04, 0.03, 0.005];
  const close = (found: readonly number[], expected: readonly number[]) =>
    expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 12));
  close(adjustHolm(values), [0.03, 0.06, 0.06, 0.02]);
  close(adjustBenjaminiHochberg(values), [0.02, 0.04, 0.04, 0.02]);
  expect(adjustHolm([])).toEqual([]);
  expect(() => adjustHolm([0.5, 1.2])).toThrow("got 1.2");
});

test("Kendall's tau is that of the textbook, also with ties", () => {
  expect(kendallTau([1, 2, 3, 4], [10, 20, 30, 40])).toBe(1);
  expect(kendallTau([1, 2, 3, 4], [4, 3, 2, 1])).toBe(-1);
  expect(kendallTau([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(2 / 3, 12);
  expect(kendallTau([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(5 / Math.sqrt(30), 12);
  expect(kendallTau([1, 1], [1, 2])).toBeNull();
  expect(() => kendallTau([1, 2], [1])).toThrow("got 2 and 1");
});

describe("the difference of two scores", () => {
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const scoreOf = (values: readonly number[]) => ({
    value: mean(values),
    leftOut: values.map((_, i) => mean(values.filter((_value, j) => j !== i))),
  });

  test("is narrow in pairs and wide without, for what prompts do to both cancels out", () => {
    const prompts = Array.from(normals(20, 5), (value) => 10 * value);
    const noise = normals(20, 6);
    const a = scoreOf(prompts.map((value, i) => value + 1 + 0.1 * Number(noise[i])));
    const b = scoreOf(prompts);
    const paired = scoreDifference(a, b, { paired: true });
    const apart = scoreDifference(a, b, { paired: false });
    expect(paired?.difference.value).toBeCloseTo(1, 1);
    expect(paired && excludesZero(paired.difference)).toBe(true);
    expect(paired?.pValue).toBeLessThan(1e-6);
    expect(apart && excludesZero(apart.difference)).toBe(false);
    expect(apart?.pValue).toBeGreaterThan(0.5);
  });

  test("of pairs is the textbook's paired t interval", () => {
    const found = scoreDifference(scoreOf([5, 7, 9, 6]), scoreOf([4, 5, 9, 3]), { paired: true });
    const error = Math.sqrt((0.25 + 0.25 + 2.25 + 2.25) / 3 / 4);
    expect(found?.difference.standardError).toBeCloseTo(error, 12);
    expect(found?.difference.high).toBeCloseTo(1.5 + 3.182446305284263 * error, 9);
  });

  test("is not told for too few groups, and equal scores do not differ", () => {
    expect(scoreDifference({ value: 1, leftOut: [] }, scoreOf([1, 2]), { paired: false })).toBeNull();
    expect(scoreDifference(scoreOf([1, 2]), scoreOf([1, 2]), { paired: true })?.pValue).toBe(1);
    expect(() => scoreDifference(scoreOf([1, 2]), scoreOf([1, 2, 3]), { paired: true })).toThrow("got 2 and 3");
  });

  test("holds the truth in 90 to 99 % of a seeded simulation, paired and not", () => {
    const held = { paired: 0, apart: 0 };
    for (let seed = 0; seed < 200; seed++) {
      const [prompts, first, second] = [normals(20, 3 * seed), normals(20, 3 * seed + 1), normals(20, 3 * seed + 2)];
      const a = scoreOf(Array.from(first, (noise, i) => noise + Number(prompts[i])));
      const b = scoreOf(Array.from(second, (noise, i) => noise + Number(prompts[i])));
      const paired = scoreDifference(a, b, { paired: true });
      const apart = scoreDifference(scoreOf([...first]), scoreOf([...second]), { paired: false });
      if (paired && !excludesZero(paired.difference)) held.paired++;
      if (apart && !excludesZero(apart.difference)) held.apart++;
    }
    for (const count of [held.paired, held.apart]) {
      expect(count / 200).toBeGreaterThanOrEqual(0.9);
      expect(count / 200).toBeLessThanOrEqual(0.99);
    }
  });
});
