/** How the range of a score was found. */
export type IntervalMethod = "bootstrap-prompts" | "jackknife-groups" | "half-samples";

/** The range that holds what is estimated in `level` of repetitions with other seeds and prompts. */
export interface ScoreInterval {
  readonly low: number;
  readonly high: number;
  /** 0.95 for a 95 % interval. */
  readonly level: number;
  readonly method: IntervalMethod;
}

/** One value of one metric over a set of pictures. */
export interface Score {
  readonly value: number;
  /** Null where the pictures are too few, or of too few prompts, to tell. */
  readonly interval: ScoreInterval | null;
  /** Pictures scored. */
  readonly n: number;
  /** The value of every picture, in their order, where the score is a mean over pictures; else null. */
  readonly perPicture: Float64Array | null;
  /** Figures that belong to the value, by name: "ceiling" of real pictures, "corrected" for bias, "rSquared" of a fit. */
  readonly details: Readonly<Record<string, number>>;
  /**
   * The value without each group of prompts in turn, or what stands for that where halves of the prompts tell the spread,
   * for the range of a difference of two scores; none where the pictures are of too few prompts. Equal prompts and seeds
   * have equal groups and halves.
   */
  readonly leftOut: readonly number[];
}

/** What a score may be told besides its pictures. */
export interface ScoreSettings {
  /** One of the metric's conventions, or null where it has none. */
  readonly convention: string | null;
  /** Decides how samples are dealt and drawn for the interval; the value does not depend on it. */
  readonly seed: bigint;
  readonly level: number;
}
