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
  if (reusedOutput({ course, state, steering }) !== null) return { denoiser, rows: [], signature: null };
  const input = networkInput(stage.planned, state);
  const { timestep } = input;
  const { data: sample, shape } = withBeside({ shape: stage.shape, data: input.sample }, state.beside);
  const conditions = unconditional === null ? [conditional] : [unconditional, conditional];
  const rows = conditions.map((condition) => ({ sample, shape, timestep, condition }));
  return { denoiser, rows, signature: signatureOf(shape, conditions) };
}

function withBeside(
  { shape, data }: { readonly shape: readonly number[]; readonly data: Float32Array },
  beside: Float32Array | null,
): { readonly shape: readonly number[]; readonly data: Float32Array } {
  if (beside === null) return { shape, data };
  const [batch = 1, channels = 0, height = 1, width = 1] = shape;
  const joined = new Float32Array(data.length + beside.length);
  joined.set(data);
  joined.set(beside, data.length);
  return { shape: [batch, channels + beside.length / (height * width), height, width], data: joined };
}

function signatureOf(shape: readonly number[], conditions: readonly Condition[]): string | null {
  const [first, ...others] = conditions.map(conditionSignature);
  return others.every((other) => other === first) ? `${shape.join(",")} ${first}` : null;
}

/** A picture is steered by the same arrays at every call of a stage, and their shapes are asked for at each. */
const signatures = new WeakMap<Condition, string>();

function conditionSignature(condition: Condition): string {
  const known = signatures.get(condition);
  if (known !== undefined) return known;
  const names = Object.keys(condition).toSorted();
  const signature = names.map((name) => `${name}:${condition[name]?.shape.join(",")}`).join(" ");
  signatures.set(condition, signature);
  return signature;
}
