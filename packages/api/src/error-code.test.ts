import { ERROR_CODES, MezzotintError } from "@mezzotint/contracts/errors";
import { TRPCError } from "@trpc/server";
import { expect, test } from "vitest";
import { z } from "zod";
import { httpStatusOf, trpcCodeOf } from "./error-code.ts";
import { reportError } from "./error-shape.ts";

test("every reason has a meaning over HTTP, and only INTERNAL means that we are at fault", () => {
  for (const code of ERROR_CODES) expect(trpcCodeOf(code)).toMatch(/^[A-Z_]+$/);
  expect(ERROR_CODES.filter((code) => trpcCodeOf(code) === "INTERNAL_SERVER_ERROR")).toEqual(["INTERNAL"]);
  expect(httpStatusOf("NOT_FOUND")).toBe(404);
  expect(httpStatusOf("UNAUTHENTICATED")).toBe(401);
  expect(httpStatusOf("INTERNAL")).toBe(500);
});

test("expected failures keep their words; unexpected ones keep them to themselves", () => {
  const limit = new MezzotintError("LIMIT_EXCEEDED", "50 of your generations are unfinished");
  expect(reportError(new TRPCError({ code: "TOO_MANY_REQUESTS", cause: limit }))).toEqual({
    reason: "LIMIT_EXCEEDED",
    message: "50 of your generations are unfinished",
    fields: {},
  });
  for (const cause of [new MezzotintError("INTERNAL", "column secret"), new TypeError("column secret")]) {
    const report = reportError(new TRPCError({ code: "INTERNAL_SERVER_ERROR", cause }));
    expect(report.reason).toBe("INTERNAL");
    expect(JSON.stringify(report)).not.toContain("secret");
  }
});

test("a complaint about the input names each field once, whoever parsed it", () => {
  const { error } = z.object({ steps: z.int("Steps!"), prompt: z.string("Prompt!") }).safeParse({});
  const fields = { steps: "Steps!", prompt: "Prompt!" };
  const byRouter = new TRPCError({ code: "BAD_REQUEST", cause: error });
  const byVerb = new TRPCError({
    code: "BAD_REQUEST",
    cause: new MezzotintError("INVALID_INPUT", "steps: Steps!", { cause: error }),
  });
  expect(reportError(byRouter)).toMatchObject({ reason: "INVALID_INPUT", fields });
  expect(reportError(byVerb)).toMatchObject({ reason: "INVALID_INPUT", fields });
});
