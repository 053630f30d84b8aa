import type { PullProgress } from "./pull-source.ts";

/** What of a terminal a line needs. */
export interface LineTarget {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const REDRAW_MS = 100;

/** One line that rewrites itself where somebody looks, else a line for each file that is done. */
export function progressLine(target: LineTarget, nowMs: () => number): (progress: PullProgress) => void {
  let file = "";
  let startedMs = 0;
  let startedBytes = 0;
  let drawnMs = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const { doneBytes, totalBytes } = progress;
    const now = nowMs();
    if (progress.file !== file) {
      file = progress.file;
      startedMs = now;
      startedBytes = doneBytes;
    }
    const isDone = doneBytes === totalBytes;
    if (target.isTTY !== true) {
      if (isDone) target.write(`${file}  ${size(totalBytes)}\n`);
      return;
    }
    if (!isDone && now - drawnMs < REDRAW_MS) return;
    drawnMs = now;
    const perSecond = ((doneBytes - startedBytes) * 1_000) / Math.max(1, now - startedMs);
    const share = totalBytes === 0 ? 100 : Math.floor((100 * doneBytes) / totalBytes);
    const line = `${file}  ${share} % of ${size(totalBytes)}, ${size(perSecond)}/s`;
    target.write(isDone ? `\r\u001b[K${file}  ${size(totalBytes)}\n` : `\r\u001b[K${line}`);
  };
}

function size(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
}
