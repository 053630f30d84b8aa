import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Json } from "@mezzotint/contracts/json";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import type { NpyArray } from "@mezzotint/numeric/npy";

/** A recorded case as a kind of metric sees it. */
export interface ParityCase {
  /** The whole case.json, to be parsed by the kind. */
  readonly content: unknown;
  /** Where its files are. */
  readonly folder: string;
  /** An array that the case lists. Throws NOT_FOUND when it lists none of that name or the file is missing. */
  array(name: string): Promise<NpyArray>;
  /** The folder of a model by its name. Throws NOT_FOUND with the places looked at. */
  pipelineFolder(name: string): Promise<string>;
}

/** What our own code made of a case: arrays to hold against recorded ones, and figures against "expected". */
export interface Measured {
  readonly arrays?: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>>;
  readonly expected?: Json;
}

/** One kind of parity case; the command that runs them compares and reports. */
export interface ParityKind {
  /** Largest allowed differences where the case names none. */
  readonly tolerance?: Readonly<Record<string, number>>;
  run(parityCase: ParityCase): Promise<Measured>;
}

/** A recorded array as a matrix of floats. Throws INVALID_INPUT when it has not two dimensions. */
export function toMatrix({ shape, data }: NpyArray, name: string): Matrix {
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined) {
    throw new MezzotintError("INVALID_INPUT", `${name}: expected shape [n, d], got [${shape.join(",")}]`);
  }
  if (data instanceof Float32Array || data instanceof Float64Array) return matrix(rows, columns, data);
  return matrix(rows, columns, Float64Array.from<number | bigint>(data, Number));
}

/** A recorded array as a u8 RGB picture. Throws INVALID_INPUT when it is none. */
export function toRgbImage({ shape, data }: NpyArray, name: string) {
  const [height, width, channels] = shape;
  if (!(data instanceof Uint8Array) || height === undefined || width === undefined || channels !== 3) {
    throw new MezzotintError("INVALID_INPUT", `${name}: expected bytes [h, w, 3], got shape [${shape.join(",")}]`);
  }
  return { width, height, data };
}
