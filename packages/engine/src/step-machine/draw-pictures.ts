import { setImmediate as nextTurn } from "node:timers/promises";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { NormalGenerator } from "@mezzotint/numeric/random/normal-generator";
import { advanceTogether, choosePictures } from "./advance-together.ts";
import { createCompany, type Company } from "./company.ts";
import type { PictureState } from "./picture-state.ts";
import { beginPicture, callsBehind, madeBy, stageOf, type Picture } from "./picture.ts";
import { callsOf, type Course } from "./stage.ts";

/** One picture to draw: its way, and the generator that draws for it. */
export interface PictureOrder {
  readonly course: Course;
  readonly generator: NormalGenerator;
}

/** One model call of one picture. */
export interface CallEvent {
  /** Which of the pictures, from 0. */
  readonly picture: number;
  /** Model calls behind, and all of them, over its stages. */
  readonly done: number;
  readonly calls: number;
  /** Its sample after the call, f32 of `shape`; what the stage made when that was its last. */
  readonly sample: Float32Array;
  readonly shape: readonly number[];
  readonly state: PictureState;
}

export interface DrawOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onCall?: ((event: CallEvent) => void | Promise<void>) | undefined;
  /** What is known about sharing calls; nothing when absent. */
  readonly company?: Company | undefined;
  /** How many of the pictures are in the making at once; 1 when absent. */
  readonly together?: number | undefined;
}

interface Seat {
  readonly place: number;
  readonly picture: Picture;
}

/**
 * THE loop: pictures from their first noise to what their stages made, in the order of the orders; `together` of them
 * at a time share calls where that changes nothing. Throws CANCELLED within one call of the signal.
 */
export async function drawPictures(
  orders: readonly PictureOrder[],
  { signal, onCall, company = createCompany(), together = 1 }: DrawOptions = {},
): Promise<(readonly NdArray[])[]> {
  const made: (readonly NdArray[])[] = [];
  const waiting = [...orders.entries()];
  let line: Seat[] = [];
  for (;;) {
    while (line.length < together) {
      const [next] = waiting.splice(0, 1);
      if (next === undefined) break;
      refuseCancelled(signal, made.length, orders.length);
      line.push({ place: next[0], picture: await beginPicture(next[1].course, next[1].generator) });
    }
    if (line.length === 0) break;
    refuseCancelled(signal, made.length, orders.length);
    const moved = await moveLine(line, { company, onCall });
    for (const { place, picture } of moved) if (picture.steering === null) made[place] = madeBy(picture);
    line = moved.filter(({ picture }) => picture.steering !== null);
    await nextTurn();
  }
  refuseCancelled(signal, made.length, orders.length);
  return made;
}

async function moveLine(
  line: readonly Seat[],
  { company, onCall }: { readonly company: Company; readonly onCall: DrawOptions["onCall"] },
): Promise<Seat[]> {
  const pictures = line.map(({ picture }) => picture);
  const chosen = choosePictures(pictures, company);
  const advanced = await advanceTogether(
    chosen.map((seat) => pictures[seat] as Picture),
    company,
  );
  const moved = [...line];
  for (const [i, seat] of chosen.entries()) {
    const outcome = advanced[i];
    const before = line[seat];
    if (outcome === undefined || before === undefined) continue;
    if ("error" in outcome) throw outcome.error;
    moved[seat] = { place: before.place, picture: outcome.picture };
    await onCall?.({ picture: before.place, ...eventOf(before.picture, outcome.picture) });
  }
  return moved;
}

/** A call as it is told about: the sample it led to, also when that ended the stage. */
export function eventOf(before: Picture, after: Picture): Omit<CallEvent, "picture"> {
  const stage = stageOf(before.course, before.state);
  const ended = after.state.made.length > before.state.made.length;
  const sample = ended ? (after.state.made.at(-1)?.data ?? after.state.sample) : after.state.sample;
  const done = callsBehind(after);
  return { done, calls: callsOf(after.course), sample, shape: stage?.shape ?? [], state: after.state };
}

function refuseCancelled(signal: AbortSignal | undefined, done: number, pictures: number): void {
  if (signal?.aborted === true)
    throw new MezzotintError("CANCELLED", `cancelled with ${done} of ${pictures} pictures drawn`);
}
