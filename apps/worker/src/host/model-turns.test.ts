import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createModelTurns } from "./model-turns.ts";

test("work with one model runs together, work with another waits its turn, and a failure lets it through", async () => {
  const turns = createModelTurns();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} begins`);
    await sleep(5);
    seen.push(`${name} ends`);
    if (name === "b1") throw new RangeError("b1 fails");
  };
  const [, , failed] = await Promise.allSettled([
    turns.run("a", work("a1")),
    turns.run("a", work("a2")),
    turns.run("b", work("b1")),
    turns.run("a", work("a3")),
  ]);
  expect(failed).toMatchObject({ reason: { message: "b1 fails" } });
  expect(seen).toEqual([
    "a1 begins",
    "a2 begins",
    "a1 ends",
    "a2 ends",
    "b1 begins",
    "b1 ends",
    "a3 begins",
    "a3 ends",
  ]);
});
