import { toMezzotintError, type MezzotintError } from "@mezzotint/contracts/errors";
import { decodeState } from "./decode-state.ts";
import type { PictureOrder } from "./line.ts";
import { resumedStage } from "./picture.ts";

/** The bytes a picture may go on from, and whose they must be. */
export interface KeptState {
  /** What `encodeState` made; none for a picture that begins. */
  readonly bytes: Uint8Array | undefined;
  readonly tag: string;
  /** Told why when the bytes are of no use. */
  readonly onRefused?: ((error: MezzotintError) => void) | undefined;
}

/** The order that goes on from a kept state; the order as it is, from its beginning, where there is none of use. */
export function resumeOrder(order: PictureOrder, { bytes, tag, onRefused }: KeptState): PictureOrder {
  if (bytes === undefined) return order;
  try {
    const state = decodeState(bytes, tag);
    resumedStage(order.course, state);
    return { course: order.course, from: state };
  } catch (error) {
    onRefused?.(toMezzotintError(error));
    return order;
  }
}
