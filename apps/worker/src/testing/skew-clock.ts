/** Makes this process believe that it is later, or earlier, than it is. Timers go on as before. */
export function skewClock(aheadMs: number): void {
  const trueNow = Date.now;
  globalThis.Date = new Proxy(Date, {
    construct(target, words: unknown[], newTarget): object {
      return Reflect.construct(target, words.length === 0 ? [trueNow() + aheadMs] : words, newTarget) as Date;
    },
    get(target, key): unknown {
      return key === "now" ? () => trueNow() + aheadMs : Reflect.get(target, key);
    },
  });
}
