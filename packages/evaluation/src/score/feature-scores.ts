import { MezzotintError } from "@mezzotint/contracts/errors";
import { numberClusters } from "@mezzotint/statistics/sample-groups";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import type { GroupedDistance } from "../metrics/kid.ts";
import { groupedKernelDistance } from "../metrics/kid.ts";
import { groupedClipDiscrepancy } from "../metrics/cmmd.ts";
import { inceptionScore } from "../metrics/inception-score.ts";
import { findMemorised } from "../metrics/memorisation.ts";
import { nearDuplicates } from "../metrics/near-duplicates.ts";
import { densityCoverageParts, precisionRecallParts } from "../metrics/precision-recall.ts";
import { promptDiversity } from "../metrics/prompt-diversity.ts";
import type { SampleGrouping } from "../metrics/sample-grouping.ts";
import { selectRows } from "../metrics/select-rows.ts";
import { bootstrappedInterval, shareInterval } from "./bootstrapped.ts";
import { halfSampled, halfSampledShare, halvesFor } from "./half-sampled.ts";
import { groupForJackknife, jackknifed } from "./jackknife.ts";
import { leftOutMeans } from "./left-out-means.ts";
import type { MetricInputOf } from "./metric-input.ts";
import { clipped, NOT_NEGATIVE, SHARE_RANGE, type MetricRange } from "./ranged.ts";
import type { Score, ScoreSettings } from "./score.ts";

type Input = MetricInputOf<"features">;
type OwnInput = MetricInputOf<"own-features">;

const ANY: MetricRange = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };
const NEIGHBOURS = 3;
const DENSITY_NEIGHBOURS = 5;

/** KID with its jackknife over groups of prompts, the reference taken as known. */
export function scoreKernelDistance(input: Input, settings: ScoreSettings): Score {
  return scoreGrouped(input, settings, { least: 2, distance: groupedKernelDistance, range: ANY });
}

/** CMMD with its jackknife over groups of prompts, the reference taken as known. */
export function scoreClipDiscrepancy(input: Input, settings: ScoreSettings): Score {
  return scoreGrouped(input, settings, { least: 1, distance: groupedClipDiscrepancy, range: NOT_NEGATIVE });
}

interface Grouped {
  readonly least: number;
  readonly range: MetricRange;
  readonly distance: (samples: Matrix, reference: Matrix, grouping: SampleGrouping) => GroupedDistance;
}

function scoreGrouped(input: Input, settings: ScoreSettings, { least, distance, range }: Grouped): Score {
  const { samples, prompts } = input;
  const grouping = groupForJackknife(prompts, settings.seed, least);
  const { value, leftOut } = distance(samples, referenceFeatures(input), grouping);
  return withJackknife({ value, leftOut, n: samples.rows, usable: grouping.usable }, range, settings);
}

/** The share of pictures among the real ones, with a bootstrap over prompts. */
export function scorePrecision(input: Input, settings: ScoreSettings): Score {
  const { samples, prompts } = input;
  const { precise } = precisionRecallParts(samples, referenceFeatures(input), { k: NEIGHBOURS, halves: null });
  return scoreOfShare(precise, prompts, settings);
}

/** The share of real pictures among these, with its spread over halves of the prompts. */
export function scoreRecall(input: Input, settings: ScoreSettings): Score {
  const { samples, prompts } = input;
  const halves = halvesFor(prompts, settings.seed, NEIGHBOURS + 1);
  const reference = referenceFeatures(input);
  const { recall: value, recallOfHalves } = precisionRecallParts(samples, reference, { k: NEIGHBOURS, halves });
  if (halves === null) return withoutInterval(value, samples.rows);
  const trials = Math.min(reference.rows, numberClusters(prompts).count);
  return {
    ...halfSampledShare({ value, ofHalves: recallOfHalves }, trials, settings),
    n: samples.rows,
    perPicture: null,
  };
}

/** How densely pictures lie among real ones, with a bootstrap over prompts. */
export function scoreDensity(input: Input, settings: ScoreSettings): Score {
  const { samples, prompts } = input;
  const grouping = groupForJackknife(prompts, settings.seed, DENSITY_NEIGHBOURS + 1);
  const parts = densityCoverageParts(samples, referenceFeatures(input), { k: DENSITY_NEIGHBOURS, grouping });
  return scoreOfMean(parts.densities, prompts, settings);
}

/** The share of real pictures with one of these beside them, with a jackknife over groups of prompts. */
export function scoreCoverage(input: Input, settings: ScoreSettings): Score {
  const { samples, prompts } = input;
  const grouping = groupForJackknife(prompts, settings.seed, DENSITY_NEIGHBOURS + 1);
  const parts = densityCoverageParts(samples, referenceFeatures(input), { k: DENSITY_NEIGHBOURS, grouping });
  const found = { value: parts.coverage, leftOut: parts.coverageLeftOut, n: samples.rows, usable: grouping.usable };
  return withJackknife(found, SHARE_RANGE, settings);
}

/** The share of pictures that are copies of training pictures (the reference), with a bootstrap over prompts. */
export function scoreMemorisation(input: Input, settings: ScoreSettings): Score {
  return scoreOfShare(findMemorised(input.samples, referenceFeatures(input)).copied, input.prompts, settings);
}

/** The share of pictures with a twin in the same set, with a bootstrap over prompts. */
export function scoreNearDuplicates({ samples, prompts }: OwnInput, settings: ScoreSettings): Score {
  return scoreOfShare(nearDuplicates(samples).hasTwin, prompts, settings);
}

/** The mean diversity of prompts, with a bootstrap over them. */
export function scoreDiversity({ samples, prompts }: OwnInput, settings: ScoreSettings): Score {
  const { mean, perPrompt } = promptDiversity(samples, prompts);
  const interval = bootstrappedInterval(Float64Array.from(perPrompt.values()), [...perPrompt.keys()], settings);
  const details = { prompts: perPrompt.size };
  const leftOut = leftOutMeans([...perPrompt.values()], [...perPrompt.keys()], settings);
  return { value: mean, interval, n: samples.rows, perPicture: null, details, leftOut };
}

const SPLITS = 10;
const FROM_ONE: MetricRange = { least: 1, most: Number.POSITIVE_INFINITY };

/**
 * The Inception Score over 10 splits, with its spread over halves of the prompts; halves have 5 splits, so that a split has
 * as many pictures as before, on which the score depends.
 */
export function scoreInception({ samples, prompts }: MetricInputOf<"class-logits">, settings: ScoreSettings): Score {
  const { mean: value, standardDeviation } = inceptionScore(samples, SPLITS);
  const details = { splitDeviation: standardDeviation };
  const halves = halvesFor(prompts, settings.seed, SPLITS);
  if (halves === null) return { ...withoutInterval(value, samples.rows), details };
  const rows = Array.from({ length: samples.rows }, (_, row) => row);
  const ofHalves = Array.from({ length: 2 * halves.splits }, (_, half) => {
    const own = rows.filter((row) => (((halves.maskOf[row] as number) >>> half) & 1) === 1);
    return inceptionScore(selectRows(samples, own), SPLITS / 2).mean;
  });
  return { ...halfSampled({ value, ofHalves }, FROM_ONE, settings), details, n: samples.rows, perPicture: null };
}

interface Jackknifed {
  readonly value: number;
  readonly leftOut: ArrayLike<number>;
  readonly n: number;
  readonly usable: boolean;
}

function withJackknife({ value, leftOut, n, usable }: Jackknifed, range: MetricRange, settings: ScoreSettings): Score {
  if (!usable) return withoutInterval(value, n);
  const found = jackknifed(value, leftOut, settings);
  return { ...found, interval: clipped(found.interval, range), n, perPicture: null };
}

function withoutInterval(value: number, n: number): Score {
  return { value, interval: null, n, perPicture: null, details: {}, leftOut: [] };
}

function scoreOfShare(values: Float64Array, prompts: readonly string[], settings: ScoreSettings): Score {
  return { ...scoreOfMean(values, prompts, settings), interval: shareInterval(values, prompts, settings) };
}

function scoreOfMean(values: Float64Array, prompts: readonly string[], settings: ScoreSettings): Score {
  const value = values.reduce((sum, one) => sum + one, 0) / values.length;
  const interval = bootstrappedInterval(values, prompts, settings);
  const leftOut = leftOutMeans(values, prompts, settings);
  return { value, interval, n: values.length, perPicture: values, details: {}, leftOut };
}

/** Throws INVALID_INPUT when the reference is known by its statistics only. */
function referenceFeatures({ reference }: Input): Matrix {
  if (reference.features !== undefined) return reference.features;
  const { count } = reference.statistics;
  const message = `the features of the reference are needed, only mean and covariance of ${count} pictures are there`;
  throw new MezzotintError("INVALID_INPUT", message);
}
