import fc from "fast-check";
import { expect, test } from "vitest";
import {
  brushSizes,
  EMPTY_HISTORY,
  nextBrush,
  reduceHistory,
  type MaskAction,
  type MaskHistory,
  type MaskStep,
} from "./mask-history.ts";

const invert: MaskAction = { kind: "invert" };
const clear: MaskAction = { kind: "clear" };
const run = (steps: readonly MaskStep[], from: MaskHistory = EMPTY_HISTORY) => steps.reduce(reduceHistory, from);

test("what is taken back can be done again until something else is done", () => {
  const drawn = run([
    { kind: "do", action: invert },
    { kind: "do", action: clear },
  ]);
  const back = run([{ kind: "undo" }, { kind: "undo" }, { kind: "undo" }], drawn);
  expect(back).toEqual({ done: [], undone: [invert, clear] });
  expect(run([{ kind: "redo" }, { kind: "redo" }, { kind: "redo" }], back)).toEqual(drawn);
  expect(run([{ kind: "do", action: clear }], back)).toEqual({ done: [clear], undone: [] });
});

test("as many steps back as forth end where they began, whatever was done", () => {
  const action = fc.constantFrom(invert, clear);
  fc.assert(
    fc.property(fc.array(action, { maxLength: 12 }), fc.integer({ min: 0, max: 15 }), (actions, count) => {
      const drawn = run(actions.map((one) => ({ kind: "do", action: one })));
      const times = Math.min(count, actions.length);
      const undo = Array.from({ length: times }, (): MaskStep => ({ kind: "undo" }));
      const redo = Array.from({ length: times }, (): MaskStep => ({ kind: "redo" }));
      expect(run([...undo, ...redo], drawn)).toEqual(drawn);
    }),
  );
});

test("brushes fit the picture, and stepping stays within them", () => {
  expect(brushSizes(64)).toEqual([1, 2, 3, 4, 6, 8, 12, 16, 24, 32]);
  expect(brushSizes(8)).toEqual([1, 2, 3, 4]);
  const sizes = brushSizes(64);
  expect([nextBrush(sizes, 8, 1), nextBrush(sizes, 8, -1), nextBrush(sizes, 32, 1), nextBrush(sizes, 1, -1)]).toEqual([
    12, 6, 32, 1,
  ]);
});
