import { ERROR_CODES, MezzotintError } from "@mezzotint/contracts/errors";
import { expect, test } from "vitest";
import { verdictOn } from "./failure.ts";

test("exactly the retryable codes are tried again, and not for ever", () => {
  for (const code of ERROR_CODES) {
    const error = new MezzotintError(code, "42 of 41");
    expect(verdictOn(error, 1).kind === "retry").toBe(error.retryable);
    expect(verdictOn(error, 4).kind).not.toBe("retry");
  }
});

test("tries wait longer and longer, and the last says how many there were", () => {
  const error = new MezzotintError("STORAGE_UNAVAILABLE", "The disk is full.");
  expect([1, 2, 3].map((count) => verdictOn(error, count))).toMatchObject([
    { delayMs: 1_000 },
    { delayMs: 2_000 },
    { delayMs: 4_000 },
  ]);
  expect(verdictOn(error, 4)).toEqual({
    kind: "failed",
    error: { code: "STORAGE_UNAVAILABLE", message: "The disk is full. (tried 4 times)" },
  });
});

test("a reason that a row cannot hold is made one that it can", () => {
  const error = new MezzotintError("INTERNAL", `last words: \0${"x".repeat(1_987)}\u{1f34e}`);
  const verdict = verdictOn(error, 1);
  expect(verdict).toMatchObject({ kind: "failed", error: { code: "INTERNAL" } });
  const { message } = "error" in verdict ? verdict.error : { message: "" };
  expect(message).toBe(`last words: ${"x".repeat(1_987)}\ufffd`);
  expect(message).toHaveLength(2_000);
});
