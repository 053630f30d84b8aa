import { z } from "zod";
import type { MetricId } from "./catalogue.ts";

const RUNS_MAX = 50;

export const NextPairRequest = z.strictObject({
  runIds: z
    .array(z.string().max(64))
    .min(2, "Choose at least 2 runs.")
    .max(RUNS_MAX, `At most ${RUNS_MAX} runs at once.`)
    .refine((ids) => new Set(ids).size === ids.length, "Each run once."),
});

export const CastVote = z.strictObject({ ballotId: z.string().max(64), choice: z.enum(["left", "right", "tie"]) });

/** Two pictures and nothing that says whose they are. */
export interface BallotView {
  readonly id: string;
  readonly prompt: string;
  readonly width: number;
  readonly height: number;
  readonly leftUrl: string;
  readonly rightUrl: string;
}

export interface VoteEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

/** Log-odds of being preferred: 0 is the average of all runs in the table. */
export interface VoteRank {
  readonly runId: string;
  readonly name: string;
  readonly strength: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

/** How a pair stands: wins of a over b, and a minus b in log-odds where the votes give a ranking. */
export interface VotePair {
  readonly runAId: string;
  readonly runBId: string;
  readonly votes: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  readonly difference: VoteEstimate | null;
}

/** How often a metric prefers the picture that people preferred; ties of people are left out. */
export interface VoteAgreement {
  readonly metric: MetricId;
  readonly votes: number;
  readonly share: {
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly level: number;
  } | null;
  /** Kendall's tau-b of the metric's order of runs with the votes' one; null below 3 runs, or without a ranking. */
  readonly tau: number | null;
}

export interface VoteTable {
  readonly votes: number;
  readonly voters: number;
  /** The strongest first; empty when the votes give no ranking. */
  readonly ranks: readonly VoteRank[];
  readonly pairs: readonly VotePair[];
  /** Why there is no ranking, in words. */
  readonly problem: string | null;
  readonly agreement: readonly VoteAgreement[];
}
