/** From and up to which share of the model calls guidance works, each 0 to 1. */
export type GuidanceInterval = readonly [from: number, to: number];

export interface CallPlace {
  /** Which model call of the plan, from 0. */
  readonly index: number;
  readonly calls: number;
}

/**
 * Whether a model call is guided: from the call at `from` on and before the one at `to`, both rounded down as diffusers
 * does; every call without an interval. Kynkäänniemi et al. 2024 (arXiv 2404.07724), section 3.
 */
export function guidesCall(interval: GuidanceInterval | undefined, { index, calls }: CallPlace): boolean {
  if (interval === undefined) return true;
  const [from, to] = interval;
  return index >= Math.floor(from * calls) && index < Math.floor(to * calls);
}
