import { WATCH_CHANNEL, WATCH_INTERVAL_MS } from "@mezzotint/contracts/progress";
import { expect, test } from "vitest";
import { createWatched } from "./watched.ts";

test("a generation is watched from the word that says so until none has come for three intervals", () => {
  let timeMs = 1_000;
  const callbacks = new Map<string, (payload: string) => void>();
  const subscribe = (channel: string, onPayload: (payload: string) => void) => {
    callbacks.set(channel, onPayload);
    return () => void callbacks.delete(channel);
  };
  const watched = createWatched({ subscribe }, () => timeMs);
  const say = (generationId: string) => callbacks.get(WATCH_CHANNEL)?.(generationId);
  expect(watched.has("gen_a")).toBe(false);
  say("gen_a");
  expect([watched.has("gen_a"), watched.has("gen_b")]).toEqual([true, false]);
  timeMs += 2 * WATCH_INTERVAL_MS;
  say("gen_a");
  say("gen_b");
  timeMs += 3 * WATCH_INTERVAL_MS - 1;
  expect([watched.has("gen_a"), watched.has("gen_b")]).toEqual([true, true]);
  timeMs += 1;
  expect([watched.has("gen_a"), watched.has("gen_b")]).toEqual([false, false]);
  watched.close();
  expect(callbacks.size).toBe(0);
});
