/** What something took. On a machine with other work the CPU seconds, of all threads of the process, tell the truth. */
export interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Starts measuring; the returned function says what was taken since. */
export function startMeasuring(): () => Measured {
  const [startMs, before] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { seconds: (performance.now() - startMs) / 1_000, cpuSeconds: (user + system) / 1e6 };
  };
}

export function measured<Result>(compute: () => Result): Measured & { readonly result: Result } {
  const took = startMeasuring();
  const result = compute();
  return { result, ...took() };
}
