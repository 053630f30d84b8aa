/** Lets work with one model run together, and work with different models one model after the other, in order. */
export interface ModelTurns {
  run<Result>(model: string, work: () => Promise<Result>): Promise<Result>;
}

interface Waiting {
  readonly model: string;
  readonly start: () => void;
}

/** Two models at once would halve each other's speed and double the memory. */
export function createModelTurns(): ModelTurns {
  const waiting: Waiting[] = [];
  let current: string | null = null;
  let running = 0;

  function admit(): void {
    for (let next = waiting[0]; next !== undefined && (running === 0 || next.model === current); next = waiting[0]) {
      waiting.shift();
      current = next.model;
      running += 1;
      next.start();
    }
  }

  return {
    async run(model, work) {
      await new Promise<void>((start) => {
        waiting.push({ model, start });
        admit();
      });
      try {
        return await work();
      } finally {
        running -= 1;
        admit();
      }
    },
  };
}
