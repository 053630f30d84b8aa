import type { MetricId } from "@mezzotint/contracts/catalogue";
import type { PlainError } from "@mezzotint/contracts/errors";
import type { PromptSetPrompt } from "@mezzotint/contracts/prompt-set";
import type { ScoreResult } from "@mezzotint/contracts/score";

/**
 * @file What a worker and its evaluator, a child process of one evaluation, say to each other over IPC: one question at a
 * time, each answered once. The evaluator has the models and no rows; the worker keeps what it answers.
 */

export interface EvaluatorSettings {
  /** Folders that hold model folders. */
  readonly modelFolders: readonly string[];
  /** Threads inside one operation. */
  readonly threads: number;
}

/** Something that turns pictures into features. */
export interface ExtractorPlan {
  /** SHA-256 of its weights and preprocessing: the name its features are kept under. */
  readonly id: string;
  /** Files of real pictures to hold others against, by SHA-256, in order. */
  readonly referenceKeys: readonly string[];
}

/** Pictures as the evaluator sees them; vectors are in the order of the run's pictures. */
export interface ScoreQuestion {
  readonly metrics: readonly MetricId[];
  readonly prompts: readonly PromptSetPrompt[];
  readonly pictures: readonly { readonly imageId: string; readonly imageKey: string; readonly promptIndex: number }[];
}

export type EvaluatorQuestion =
  /** Which extractors these metrics need of those that are here. */
  | { readonly type: "plan"; readonly metrics: readonly MetricId[] }
  /** The features of some files. */
  | { readonly type: "extract"; readonly extractorId: string; readonly files: readonly Uint8Array[] }
  | { readonly type: "extract-reference"; readonly extractorId: string; readonly keys: readonly string[] }
  /** Some more features, in the order of the run's pictures or of the reference; null for a file that gave none. */
  | {
      readonly type: "give";
      readonly extractorId: string;
      readonly to: "samples" | "reference";
      readonly vectors: readonly (Uint8Array | null)[];
    }
  | ({ readonly type: "score" } & ScoreQuestion);

/** A file's features, or why it gave none. */
export type Extracted = { readonly vector: Uint8Array } | { readonly problem: string };

export type EvaluatorAnswer =
  | { readonly type: "planned"; readonly extractors: readonly ExtractorPlan[]; readonly runtime: string }
  | { readonly type: "extracted"; readonly features: readonly Extracted[] }
  | { readonly type: "given" }
  | { readonly type: "scored"; readonly scores: readonly ScoreResult[] };

export type ToEvaluator = { readonly type: "start"; readonly settings: EvaluatorSettings } | EvaluatorQuestion;
export type FromEvaluator = EvaluatorAnswer | { readonly type: "failed"; readonly error: PlainError };
