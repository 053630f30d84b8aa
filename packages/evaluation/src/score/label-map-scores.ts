import { MezzotintError } from "@mezzotint/contracts/errors";
import { createMt19937 } from "@mezzotint/numeric/random/mt19937";
import { groupSamples } from "@mezzotint/statistics/sample-groups";
import { quantile } from "@mezzotint/numeric/statistics/quantile";
import { uniformInteger } from "@mezzotint/numeric/statistics/uniform-integer";
import { FCN_CONVENTIONS, fcnScore, mergeConfusions, type Confusion, type FcnScore } from "../metrics/fcn-score.ts";
import { LEFT_OUT_GROUPS } from "./left-out-means.ts";
import type { MetricInputOf } from "./metric-input.ts";
import type { Score, ScoreInterval, ScoreSettings } from "./score.ts";

const RESAMPLES = 1_000;

type Input = MetricInputOf<"label-maps">;

/** A score of label maps: one figure of the confusion over the whole data set, beside that of real pictures. */
export function labelMapScore(figure: keyof FcnScore): (input: Input, settings: ScoreSettings) => Score {
  return ({ confusions, prompts, ceiling }, settings) => {
    const score = (confusion: Confusion): number => figureOf(confusion, figure, settings.convention);
    const perPrompt = mergedByPrompt(confusions, prompts);
    return {
      value: score(merged(perPrompt)),
      interval: interval(perPrompt, score, settings),
      n: confusions.length,
      perPicture: null,
      details: { ceiling: score(ceiling) },
      leftOut: leftOutFigures(confusions, prompts, { score, seed: settings.seed }),
    };
  };
}

function figureOf(confusion: Confusion, figure: keyof FcnScore, name: string | null): number {
  const convention = FCN_CONVENTIONS.find((one) => one === name);
  const value = convention === undefined ? null : fcnScore(confusion, convention)[figure];
  if (value !== null) return value;
  throw new MezzotintError("UNSUPPORTED", `label maps: there is no ${figure} in convention ${name}`);
}

function mergedByPrompt(confusions: readonly Confusion[], prompts: readonly string[]): readonly Confusion[] {
  const byPrompt = new Map<string, Confusion>();
  confusions.forEach((confusion, i) => {
    const prompt = prompts[i] as string;
    const known = byPrompt.get(prompt);
    byPrompt.set(prompt, known === undefined ? confusion : mergeConfusions(known, confusion));
  });
  return [...byPrompt.values()];
}

function merged(confusions: readonly Confusion[]): Confusion {
  const [first, ...rest] = confusions;
  if (first === undefined) throw new MezzotintError("INVALID_INPUT", "label maps: needs at least 1 picture, got 0");
  return rest.reduce(mergeConfusions, first);
}

function leftOutFigures(
  confusions: readonly Confusion[],
  prompts: readonly string[],
  { score, seed }: { readonly score: (confusion: Confusion) => number; readonly seed: bigint },
): number[] {
  const groups = groupSamples(prompts, LEFT_OUT_GROUPS, seed);
  const without = groups.map((group) => {
    const left = new Set(group);
    return confusions.filter((_, i) => !left.has(i));
  });
  const counts = (list: readonly Confusion[]): boolean => list.some((one) => one.counts.some((count) => count > 0));
  return groups.length > 1 && without.every(counts) ? without.map((list) => score(merged(list))) : [];
}

/** Percentiles over resampled prompts; a prompt without counted pixels tells nothing and is not drawn. */
function interval(
  perPrompt: readonly Confusion[],
  score: (confusion: Confusion) => number,
  { seed, level }: ScoreSettings,
): ScoreInterval | null {
  const counted = perPrompt.filter(({ counts }) => counts.some((count) => count > 0));
  if (counted.length < 2) return null;
  const generator = createMt19937(seed);
  const { classes } = counted[0] as Confusion;
  const figures = Float64Array.from({ length: RESAMPLES }, () => {
    const counts = new Float64Array(classes * classes);
    for (let draw = 0; draw < counted.length; draw++) {
      const drawn = (counted[uniformInteger(generator, counted.length)] as Confusion).counts;
      for (let i = 0; i < counts.length; i++) counts[i] = (counts[i] as number) + (drawn[i] as number);
    }
    return score({ classes, counts });
  });
  const [low, high] = [quantile(figures, (1 - level) / 2), quantile(figures, (1 + level) / 2)];
  return { low, high, level, method: "bootstrap-prompts" };
}
