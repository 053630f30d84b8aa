/** What is asked of a source, already checked. */
export interface PullOrder {
  /** The name of the model in the source. */
  readonly id: string;
  /** The model folder to make; nothing is there yet. */
  readonly folder: string;
  /** A branch, tag or commit; the source's newest when absent. */
  readonly revision: string | undefined;
  /** Which export of a network to take, such as fp16 for model_fp16.onnx; the plain one when absent. */
  readonly variant: string | undefined;
  /** The weights on this machine, where they were fetched by other means; only named sources read it. */
  readonly file?: string | undefined;
  readonly report: (progress: PullProgress) => void;
}

/** How far one file is. */
export interface PullProgress {
  readonly file: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** A place that models come from. Makes the folder whole or not at all. */
export type PullSource = (order: PullOrder) => Promise<void>;
