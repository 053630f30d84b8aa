/** The pictures somebody was looking through, in order, so that a picture's page knows what comes before and after. */
const KEY = "mezzotint.trail";
const LENGTH_MAX = 1_000;

export function leaveTrail(imageIds: readonly string[]): void {
  sessionStorage.setItem(KEY, imageIds.slice(0, LENGTH_MAX).join(" "));
}

export function readTrail(): string {
  return sessionStorage.getItem(KEY) ?? "";
}

export interface Neighbours {
  readonly previous: string | null;
  readonly next: string | null;
}

/** The neighbours on the trail, or among the fallback when the trail does not lead past this picture. */
export function neighboursOf(imageId: string, trail: string, fallback: readonly string[]): Neighbours {
  const walked = trail.split(" ");
  const order = walked.includes(imageId) ? walked : fallback;
  const at = order.indexOf(imageId);
  if (at < 0) return { previous: null, next: null };
  return { previous: order[at - 1] ?? null, next: order[at + 1] ?? null };
}
