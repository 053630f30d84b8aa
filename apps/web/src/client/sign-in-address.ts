/** Where to send somebody who must sign in first, and where they come back to. */
export function signInAddress({ next, expired }: { readonly next: string; readonly expired: boolean }): string {
  const query = new URLSearchParams({ next });
  if (expired) query.set("reason", "expired");
  return `/sign-in?${query.toString()}`;
}

const HERE = "http://here.invalid";

/** A path on this site, or the fallback: an address from outside must not lead people away. */
export function safeNext(next: string | undefined, fallback = "/generate"): string {
  if (next === undefined || !next.startsWith("/") || !URL.canParse(next, HERE)) return fallback;
  const { origin, pathname, search, hash } = new URL(next, HERE);
  return origin === HERE ? `${pathname}${search}${hash}` : fallback;
}
