import type { MetricId } from "./catalogue.ts";
import type { Protocol, ProtocolField } from "./protocol.ts";
import type { RunSettings, RunStatus } from "./run.ts";

export interface ComparedRun {
  readonly id: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly modelTitle: string;
  readonly settings: RunSettings;
  readonly promptSet: {
    readonly id: string;
    readonly title: string;
    readonly version: number;
    readonly prompts: number;
  };
  readonly seedFirst: string;
  readonly seedCount: number;
  /** Device seconds of a picture on the mean; null before one is drawn. */
  readonly secondsPerPicture: number | null;
  readonly createdAt: string;
}

/** A score minus the baseline's, with its interval over prompts. */
export interface ScoreDifference {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** Whether both were scored on the same prompts, so that what prompts do to both cancels out. */
  readonly paired: boolean;
  /** Holm-adjusted over all differences of the table. */
  readonly pValue: number;
  /** Whether the interval leaves out zero, and which way that is. */
  readonly verdict: "better" | "worse" | "different" | null;
}

export interface ComparedScore {
  readonly runId: string;
  readonly metric: MetricId;
  readonly protocolId: string;
  readonly protocol: Protocol;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly level: number | null;
  readonly problem: string | null;
  readonly n: number;
  readonly missing: number;
  readonly seconds: number;
  readonly details: Readonly<Record<string, number>>;
  /** Fields in which its protocol differs from the baseline's one, so that the two do not compare. */
  readonly differing: readonly ProtocolField[];
  /** Why it is shown and not ranked, in words. */
  readonly unranked: string | null;
  /** Place among the comparable scores of the table, from 1; ties share one. */
  readonly rank: number | null;
  readonly difference: ScoreDifference | null;
}

/** One column: a metric by one extractor. */
export interface ComparedColumn {
  readonly id: string;
  readonly metric: MetricId;
  /** The first 8 digits of the extractor's hash where several serve the metric, else null. */
  readonly extractor: string | null;
}

export interface RunComparison {
  readonly runs: readonly ComparedRun[];
  readonly columns: readonly ComparedColumn[];
  /** By run and column id. */
  readonly scores: Readonly<Record<string, Readonly<Record<string, ComparedScore>>>>;
  readonly baselineId: string;
}

/** A prompt in two runs, the difference in the mean over the seeds they share. */
export interface ComparedPrompt {
  readonly prompt: string;
  readonly value: number;
  readonly baseline: number;
  /** value - baseline. */
  readonly difference: number;
  readonly pairs: readonly { readonly seed: string; readonly imageId: string; readonly baselineImageId: string }[];
}

export interface PromptComparison {
  /** Those that got worst first. */
  readonly prompts: readonly ComparedPrompt[];
  readonly summary: {
    readonly difference: {
      readonly value: number;
      readonly low: number;
      readonly high: number;
      readonly level: number;
    };
    readonly pValue: number;
    readonly effectSize: number | null;
    readonly higherShare: { readonly a: number; readonly b: number };
    readonly pairs: number;
    readonly prompts: number;
  } | null;
  /** Why the runs do not compare, in words. */
  readonly problem: string | null;
}
