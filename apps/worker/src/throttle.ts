/** Passes values on at most once per interval; of those in between only the latest counts. */
export interface Throttle<Value> {
  push(value: Value): void;
  /** Drops what waits and resolves when nothing is on its way any more. */
  close(): Promise<void>;
}

export function createThrottle<Value>(args: {
  intervalMs: number;
  send: (value: Value) => Promise<unknown>;
}): Throttle<Value> {
  let waiting: { readonly value: Value } | null = null;
  let sending: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  function leave(value: Value): void {
    sending = sending.then(() => args.send(value));
    timer = setTimeout(() => {
      timer = null;
      const next = waiting;
      waiting = null;
      if (next !== null) leave(next.value);
    }, args.intervalMs);
  }

  return {
    push(value) {
      if (closed) return;
      if (timer === null) leave(value);
      else waiting = { value };
    },
    async close() {
      closed = true;
      waiting = null;
      if (timer !== null) clearTimeout(timer);
      await sending;
    },
  };
}
