import { expect, test } from "vitest";
import { hasStyle, toggleStyle } from "./prompt-style.ts";

test("a style is added at the end and taken out again", () => {
  const styled = toggleStyle("red apple", "flat style");
  expect(styled).toBe("red apple, flat style");
  expect(hasStyle(styled, "flat style")).toBe(true);
  expect(toggleStyle(styled, "flat style")).toBe("red apple");
});

test("words that people wrote themselves count, in any case and place", () => {
  expect(hasStyle("Flat Style, red apple", "flat style")).toBe(true);
  expect(toggleStyle("Flat Style, red apple", "flat style")).toBe("red apple");
  expect(hasStyle("a flat stylesheet", "flat style")).toBe(false);
});

test("a style of several words is on only when all of them are there", () => {
  expect(hasStyle("owl, soft", "soft, 3d")).toBe(false);
  expect(toggleStyle("owl, soft", "soft, 3d")).toBe("owl, soft, 3d");
  expect(toggleStyle("", "soft, 3d")).toBe("soft, 3d");
});
