import { networkInput } from "../denoise.ts";
import type { Condition, Denoiser, DenoiserRow } from "../denoiser.ts";
import { stageOf, type Picture } from "./picture.ts";
import { reusedOutput } from "./reused-output.ts";

/** The rows one picture wants next: one without guidance, else the unconditional and the conditional one; or none. */
export interface WantedRows {
  readonly denoiser: Denoiser;
  readonly rows: readonly DenoiserRow[];
  /** Shapes of a row, equal for pictures whose rows may stand in one call; null where its own rows differ in shape. */
  readonly signature: string | null;
}

/** What a picture asks its network next. Pure. Throws RangeError for a finished picture. */
export function wantedRows({ course, state, steering }: Picture): WantedRows {
  const stage = stageOf(course, state);
  if (stage === null || steering === null) throw new RangeError("picture: all its model calls are behind");
  const { denoiser, conditional, unconditional } = steering(state.index);
  const mayReuse = stage.guidance.stepCache !== undefined;
  if (mayReuse && reusedOutput({ course, state, steering }) !== null) return { denoiser, rows: [], signature: null };
  const input = networkInput(stage.planned, state);
  const { timestep } = input;
  const plain = { shape: stage.shape, data: input.sample };
  const { data: sample, shape } = state.beside === null ? plain : withBeside(plain, state.beside);
  const conditions = unconditional === null ? [conditional] : [unconditional, conditional];
  const rows = conditions.map((condition) => ({ sample, shape, timestep, condition }));
  return { denoiser, rows, signature: signatureOf(rows) };
}

function withBeside(
  { shape, data }: { readonly shape: readonly number[]; readonly data: Float32Array },
  beside: Float32Array,
): { readonly shape: readonly number[]; readonly data: Float32Array } {
  const [batch = 1, channels = 0, height = 1, width = 1] = shape;
  const joined = new Float32Array(data.length + beside.length);
  joined.set(data);
  joined.set(beside, data.length);
  return { shape: [batch, channels + beside.length / (height * width), height, width], data: joined };
}

function signatureOf([first, ...others]: readonly DenoiserRow[]): string | null {
  const signature = first === undefined ? null : rowSignature(first);
  return others.every((other) => rowSignature(other) === signature) ? signature : null;
}

/** A picture has the same shape and is steered by the same arrays at every call of a stage: they are read at its first. */
const signatures = new WeakMap<Condition, Pick<DenoiserRow, "shape"> & { readonly signature: string }>();

function rowSignature({ shape, condition }: DenoiserRow): string {
  const known = signatures.get(condition);
  if (known?.shape === shape) return known.signature;
  const names = Object.keys(condition).toSorted();
  const steering = names.map((name) => `${name}:${condition[name]?.shape.join(",")}`);
  const signature = `${shape.join(",")} ${steering.join(" ")}`;
  signatures.set(condition, { shape, signature });
  return signature;
}
