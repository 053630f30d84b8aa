import { expect, test } from "vitest";
import { benchBadRequests } from "./bad-requests.ts";

// The long form, a thousand requests: `mezzotint bench failures`.
test("bad requests and hostile folders fail as they should and leave no memory behind", async () => {
  const { requests, kinds, surprises, warmBytes, endBytes } = await benchBadRequests(300);
  expect(kinds).toBeGreaterThanOrEqual(30);
  expect(requests).toBeGreaterThan(5 * kinds);
  expect(surprises).toEqual([]);
  expect(warmBytes).toBeGreaterThan(0);
  expect(endBytes - warmBytes).toBeLessThan(40e6);
}, 60_000);
