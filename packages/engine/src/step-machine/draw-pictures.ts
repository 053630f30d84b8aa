import type { NdArray } from "@mezzotint/numeric/nd-array";
import { createCompany } from "./company.ts";
import { createLine, type CallEvent, type JoinOptions, type Line, type PictureOrder } from "./line.ts";

export interface DrawOptions extends Pick<JoinOptions, "signal"> {
  /** Told of every model call, and which picture's it was, from 0. */
  readonly onCall?: ((event: CallEvent, picture: number) => void | Promise<void>) | undefined;
  /** Where they join what else is in the making; a line of their own when absent. */
  readonly line?: Line | undefined;
  /** How many of them are in the making at once; 1 when absent. */
  readonly together?: number | undefined;
}

/**
 * Pictures from their first noise to what their stages made, in the order of the orders. When one fails, the others
 * are not drawn to their end. Throws what the first failure was, CANCELLED within one call of the signal.
 */
export async function drawPictures(
  orders: readonly PictureOrder[],
  { signal, onCall, line = createLine(createCompany()), together = 1 }: DrawOptions = {},
): Promise<(readonly NdArray[])[]> {
  const made: (readonly NdArray[])[] = [];
  const failed = new AbortController();
  const either = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const waiting = [...orders.entries()];
  async function drawInTurn(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [picture, order] = next;
      const told = onCall && ((event: CallEvent) => onCall(event, picture));
      made[picture] = await line.join(order, { signal: either, onCall: told });
    }
  }
  const hands = Array.from({ length: Math.min(together, orders.length) }, () =>
    drawInTurn().catch((error: unknown) => {
      failed.abort();
      throw error;
    }),
  );
  const outcomes = await Promise.allSettled(hands);
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
  if (failures.length > 0) throw firstCause(failures);
  return made;
}

/** Of several failures the one that is not merely a consequence of another. */
function firstCause(failures: readonly unknown[]): unknown {
  const isCancelled = (failure: unknown) =>
    failure instanceof Error && "code" in failure && failure.code === "CANCELLED";
  return failures.find((failure) => !isCancelled(failure)) ?? failures[0];
}
