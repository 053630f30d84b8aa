import { expect, test } from "vitest";
import { safeNext, signInAddress } from "./sign-in-address.ts";

test("somebody who had to sign in comes back to where they were", () => {
  const address = new URL(signInAddress({ next: "/images/img_1?a=b&c=d", expired: true }), "http://web.test");
  expect(address.pathname).toBe("/sign-in");
  expect(address.searchParams.get("reason")).toBe("expired");
  expect(safeNext(address.searchParams.get("next") ?? undefined)).toBe("/images/img_1?a=b&c=d");
});

test("nobody is led off this site", () => {
  const traps = [
    "https://evil.test/",
    "//evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "javascript:alert(1)",
    "",
    undefined,
  ];
  for (const trap of traps) expect(safeNext(trap)).toBe("/generate");
  expect(safeNext("/\t/evil.test")).toBe("/generate");
});
