/** What a gallery shows; it lives in the address, so that it can be shared and come back to. */
export interface GalleryView {
  readonly scope: "team" | "public";
  readonly search: string;
}

export const GALLERY_PAGE_SIZE = 40;
const SEARCH_LENGTH_MAX = 200;

/** Reads the view from an address; strangers have no team. */
export function parseGalleryView(params: URLSearchParams, isSignedIn: boolean): GalleryView {
  const asked = params.get("scope");
  const scope = asked === "public" || (asked !== "team" && !isSignedIn) ? "public" : "team";
  return { scope, search: (params.get("search") ?? "").trim().slice(0, SEARCH_LENGTH_MAX) };
}

export function galleryAddress({ scope, search }: GalleryView): string {
  const params = new URLSearchParams({ scope });
  if (search !== "") params.set("search", search);
  return `/gallery?${params.toString()}`;
}

/** The input of `image.list`, alike on server and browser, or the first paint would be thrown away. */
export function galleryInput({ scope, search }: GalleryView) {
  return { scope, limit: GALLERY_PAGE_SIZE, ...(search === "" ? {} : { search }) };
}
