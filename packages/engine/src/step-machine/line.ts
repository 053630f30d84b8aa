import { setImmediate as nextTurn } from "node:timers/promises";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { NormalGenerator } from "@mezzotint/numeric/random/normal-generator";
import { advanceTogether, choosePictures, type Advanced } from "./advance-together.ts";
import type { Company } from "./company.ts";
import type { PictureState } from "./picture-state.ts";
import { beginPicture, callsBehind, madeBy, resumePicture, stageOf, type Picture } from "./picture.ts";
import { callsOf, type Course } from "./stage.ts";

/** One picture to draw: its way, and the generator that draws for it; or the state it goes on from. */
export interface PictureOrder {
  readonly course: Course;
  readonly from: NormalGenerator | PictureState;
}

/** One model call of one picture. */
export interface CallEvent {
  /** Model calls behind, and all of them, over its stages. */
  readonly done: number;
  readonly calls: number;
  /** Its sample after the call, f32 of `shape`; what the stage made when that was its last. */
  readonly sample: Float32Array;
  readonly shape: readonly number[];
  /** Which of the course's stages made the call, from 0. */
  readonly stage: number;
  readonly state: PictureState;
  /** Its share of the time that the network took. */
  readonly deviceMs: number;
}

export interface JoinOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onCall?: ((event: CallEvent) => void | Promise<void>) | undefined;
}

/** The pictures in the making with one model, whoever asked for them. */
export interface Line {
  /**
   * Draws a picture in the company of whatever else is in the making, from its next call to its last; what its stages
   * made. It depends on none of them. Throws CANCELLED within one call of the signal, and what its own calls throw.
   */
  join(order: PictureOrder, options?: JoinOptions): Promise<readonly NdArray[]>;
}

interface Seat {
  picture: Picture;
  readonly options: JoinOptions;
  readonly leave: (outcome: { readonly made: readonly NdArray[] } | { readonly error: unknown }) => void;
}

/**
 * THE loop: at each turn the picture that waited longest makes a model call, and with it whoever may share it. Pictures
 * join and leave between turns; one that is alone never waits for company.
 */
export function createLine(company: Company): Line {
  let seats: readonly Seat[] = [];
  let runs = false;
  let moved = false;

  function setSeats(taken: readonly Seat[]): void {
    seats = taken;
    moved = true;
  }

  async function takeTurn(): Promise<void> {
    for (const gone of seats.filter(isCancelled)) gone.leave({ error: cancelled(gone.picture) });
    const chosen = choosePictures(seats.map(pictureOf), company).map((place) => seats[place] as Seat);
    const advanced = await advanceTogether(chosen.map(pictureOf), company);
    for (const [i, at] of chosen.entries()) await settle(at, advanced[i]);
  }

  async function run(): Promise<void> {
    runs = true;
    while (seats.length > 0) {
      // Calls leave the event loop its turns; one more lets all who come at the same time begin together.
      if (moved) await nextTurn();
      moved = false;
      await takeTurn();
    }
    runs = false;
  }

  return {
    async join({ course, from }, options = {}) {
      const { signal } = options;
      if (signal?.aborted === true) throw new MezzotintError("CANCELLED", "cancelled before its first step");
      const picture = await ("normal" in from ? beginPicture(course, from) : resumePicture(course, from));
      if (picture.steering === null) return madeBy(picture);
      return new Promise((resolve, reject) => {
        const own: Seat = {
          picture,
          options,
          leave(outcome) {
            setSeats(seats.filter((other) => other !== own));
            if ("made" in outcome) resolve(outcome.made);
            else reject(outcome.error);
          },
        };
        setSeats([...seats, own]);
        if (!runs) void run();
      });
    },
  };
}

/** Notes a call of a picture, which leaves when that was its last. */
async function settle(seat: Seat, outcome: Advanced | undefined): Promise<void> {
  try {
    if (outcome === undefined) throw new RangeError("line: no outcome for a picture");
    if ("error" in outcome) throw outcome.error;
    const before = seat.picture;
    seat.picture = outcome.picture;
    await seat.options.onCall?.(eventOf(before, outcome.picture, outcome.elapsedMs));
    if (outcome.picture.steering !== null) return;
    if (isCancelled(seat)) throw cancelled(outcome.picture);
    seat.leave({ made: madeBy(outcome.picture) });
  } catch (error) {
    seat.leave({ error });
  }
}

/** A call as it is told about: the sample it led to, also when that ended the stage. */
function eventOf(before: Picture, after: Picture, deviceMs: number): CallEvent {
  const stage = stageOf(before.course, before.state);
  const ended = after.state.made.length > before.state.made.length;
  const sample = ended ? (after.state.made.at(-1)?.data ?? after.state.sample) : after.state.sample;
  return {
    done: callsBehind(after),
    calls: callsOf(after.course.stages),
    sample,
    shape: stage?.shape ?? [],
    stage: before.state.made.length,
    state: after.state,
    deviceMs,
  };
}

function pictureOf({ picture }: Seat): Picture {
  return picture;
}

function isCancelled({ options }: Seat): boolean {
  return options.signal?.aborted === true;
}

function cancelled(picture: Picture): MezzotintError {
  return new MezzotintError(
    "CANCELLED",
    `cancelled after ${callsBehind(picture)} of ${callsOf(picture.course.stages)} steps`,
  );
}
