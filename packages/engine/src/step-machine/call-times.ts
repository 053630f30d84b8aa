/** How long calls of one network took by their number of rows, and what follows for the largest one worth making. */
export interface CallTimes {
  note(rows: number, elapsedMs: number): void;
  /** Rows of a call at which more rows stop paying, at least `own`; twice what is known while the end is not in sight. */
  limit(own: number): number;
  /** The least time a row took in calls of that many rows and more, up to twice as many, in milliseconds. */
  readonly perRowMs: ReadonlyMap<number, number>;
}

/** Larger calls must save this share of a row's time to be worth the wait of everybody in them. */
const GAIN_MIN = 0.05;
/** The first calls of a size lay out memory; later ones show its time. */
const CALLS_MIN = 3;
/** Now and then a size is tried again that once did not pay: the machine may have been busy. */
const RETRY_CALLS = 200;

interface SizeTimes {
  calls: number;
  perRowMs: number;
}

/** A profile learnt from the calls that are made anyhow, so that nobody waits for a measurement. */
export function createCallTimes(): CallTimes {
  const sizes = new Map<number, SizeTimes>();
  let calls = 0;

  function settled(rows: number): number | null {
    const size = sizes.get(sizeOf(rows));
    return size === undefined || size.calls < CALLS_MIN ? null : size.perRowMs;
  }

  return {
    get perRowMs() {
      return new Map([...sizes].map(([size, { perRowMs }]) => [size, perRowMs]));
    },
    note(rows, elapsedMs) {
      calls += 1;
      const key = sizeOf(rows);
      const perRowMs = elapsedMs / rows;
      const known = sizes.get(key);
      if (known === undefined) sizes.set(key, { calls: 1, perRowMs });
      else sizes.set(key, { calls: known.calls + 1, perRowMs: Math.min(known.perRowMs, perRowMs) });
    },
    limit(own) {
      let size = sizeOf(own);
      for (;;) {
        const now = settled(size);
        const doubled = settled(2 * size);
        if (now === null || doubled === null) break;
        if (doubled > now * (1 - GAIN_MIN)) return calls % RETRY_CALLS === 0 ? 2 * size : Math.max(own, size);
        size *= 2;
      }
      return 2 * size;
    },
  };
}

/** Sizes are told apart by powers of two. */
function sizeOf(rows: number): number {
  return 2 ** Math.floor(Math.log2(rows));
}
