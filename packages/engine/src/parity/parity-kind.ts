import type { Json } from "@mezzotint/contracts/json";
import type { NpyArray } from "@mezzotint/numeric/npy";
import type { LoadedModel } from "../load-model.ts";

/** A recorded case as a kind sees it. */
export interface ParityCase {
  /** The whole case.json, to be parsed by the kind. */
  readonly content: unknown;
  /** Where its files are. */
  readonly folder: string;
  /** An array that the case lists. Throws NOT_FOUND when it lists none of that name or the file is missing. */
  array(name: string): Promise<NpyArray>;
  /** The pipeline folder of a name. Throws NOT_FOUND with the places looked at. */
  pipelineFolder(name: string): Promise<string>;
  /** The tokenizer folder of a name, likewise. */
  tokenizerFolder(name: string): Promise<string>;
  /** A pipeline, opened once for all cases that use it. */
  model(name: string): Promise<LoadedModel>;
}

/** Numbers with the shape they have; the shape is compared too. */
export interface MeasuredArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** What our own code made of a case: arrays to hold against recorded ones, and figures against "expected". */
export interface Measured {
  readonly arrays?: Readonly<Record<string, MeasuredArray>>;
  readonly expected?: Json;
}

/** One kind of parity case. */
export interface ParityKind {
  /** Largest allowed differences where the case names none. */
  readonly tolerance?: Readonly<Record<string, number>>;
  run(parityCase: ParityCase): Promise<Measured>;
}

export type ParityKinds = Readonly<Record<string, ParityKind>>;
