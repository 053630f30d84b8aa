/**
 * The database's time on this machine, to half of what an answer takes. Times and ids of rows that workers write are
 * compared with those of other machines, and the machines' own clocks need not agree or keep still.
 */
export interface DatabaseClock {
  now(): Date;
  /** Asks the database what time it is and goes on from there. */
  follow(ask: () => Promise<Date>): Promise<void>;
}

/** `elapsedMs` is a clock that never jumps, such as `performance.now`. Before the first `follow`, it counts from 1970. */
export function createDatabaseClock(elapsedMs: () => number): DatabaseClock {
  let offsetMs = 0;
  return {
    now: () => new Date(elapsedMs() + offsetMs),
    async follow(ask) {
      const askedMs = elapsedMs();
      const time = await ask();
      offsetMs = time.getTime() - (askedMs + elapsedMs()) / 2;
    },
  };
}
