import { toMezzotintError, type MezzotintError } from "@mezzotint/contracts/errors";
import { decodeState } from "./decode-state.ts";
import type { PictureOrder } from "./line.ts";
import { resumedStage } from "./picture.ts";

/** The bytes a picture may go on from, and whose they must be. */
export interface KeptState {
  /** What `encodeState` made. */
  readonly bytes: Uint8Array;
  readonly tag: string;
  /** Told why when the bytes are of no use. */
  readonly onRefused?: ((error: MezzotintError) => void) | undefined;
}

/** The order that goes on from a kept state; the order as it is, from its beginning, where it is of no use. */
export function resumeOrder(order: PictureOrder, { bytes, tag, onRefused }: KeptState): PictureOrder {
  try {
    const state = decodeState(bytes, tag);
    resumedStage(order.course, state);
    return { course: order.course, from: state };
  } catch (error) {
    onRefused?.(toMezzotintError(error));
    return order;
  }
}
