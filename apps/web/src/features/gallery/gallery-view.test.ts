import { expect, test } from "vitest";
import { galleryAddress, galleryInput, parseGalleryView } from "./gallery-view.ts";

test("a view survives its address", () => {
  for (const view of [
    { scope: "team", search: "" },
    { scope: "public", search: "red & blue?" },
  ] as const) {
    const params = new URL(galleryAddress(view), "http://web.test").searchParams;
    expect(parseGalleryView(params, true)).toEqual(view);
  }
});

test("strangers see what is public unless they ask for a team, whose page then asks them to sign in", () => {
  expect(parseGalleryView(new URLSearchParams(), false).scope).toBe("public");
  expect(parseGalleryView(new URLSearchParams("scope=team"), false).scope).toBe("team");
  expect(parseGalleryView(new URLSearchParams("scope=nonsense"), true).scope).toBe("team");
});

test("an empty search is no search", () => {
  expect(galleryInput({ scope: "team", search: "" })).not.toHaveProperty("search");
});
