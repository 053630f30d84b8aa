import { groupedJackknife } from "@mezzotint/statistics/jackknife";
import { groupSamples } from "@mezzotint/statistics/sample-groups";
import { groupingOf, oneGroup, type SampleGrouping } from "../metrics/sample-grouping.ts";
import { LEFT_OUT_GROUPS } from "./left-out-means.ts";
import type { Score, ScoreSettings } from "./score.ts";

const GROUPS_LEAST = 3;

/**
 * Deals pictures by whole prompts into up to 20 groups. `usable` is false when there are fewer than 3 groups, or leaving
 * one out would leave fewer than `least` pictures: then there is a value but no interval, and all are in one group.
 */
export function groupForJackknife(
  prompts: readonly string[],
  seed: bigint,
  least: number,
): SampleGrouping & { readonly usable: boolean; readonly members: readonly (readonly number[])[] } {
  const members = groupSamples(prompts, LEFT_OUT_GROUPS, seed);
  const largest = members.reduce((most, list) => Math.max(most, list.length), 0);
  const usable = members.length >= GROUPS_LEAST && prompts.length - largest >= least;
  return { ...(usable ? groupingOf(members, prompts.length) : oneGroup(prompts.length)), usable, members };
}

/**
 * The range of a value from what it is without each group: around the value itself, for that is what the same number of
 * pictures gives on average, with the figure freed of bias of order 1/n and its own range in the details.
 */
export function jackknifed(
  value: number,
  leftOut: ArrayLike<number>,
  { level }: Pick<ScoreSettings, "level">,
): Pick<Score, "value" | "interval" | "details" | "leftOut"> {
  const estimate = groupedJackknife(value, Array.from(leftOut), level);
  const reach = (estimate.high - estimate.low) / 2;
  return {
    value,
    interval: { low: value - reach, high: value + reach, level, method: "jackknife-groups" },
    details: { corrected: estimate.value, correctedLow: estimate.low, correctedHigh: estimate.high },
    leftOut: Array.from(leftOut),
  };
}
