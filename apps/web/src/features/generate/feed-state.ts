import type { WatchMessage } from "@mezzotint/api/watch";
import type { GenerationStatus, GenerationView } from "@mezzotint/contracts/generation";

/** How a running generation looks so far. */
export interface Sketch {
  readonly step: number;
  readonly steps: number;
  /** The latest preview of each picture that has one, by index. */
  readonly previews: Readonly<Record<number, string>>;
}

/** What this page has heard since it opened; it wins over what lists said before. */
export interface LiveFeed {
  readonly rows: ReadonlyMap<string, GenerationView>;
  readonly sketches: ReadonlyMap<string, Sketch>;
  /** How often the rows were told from the start: more than once means that the line was down in between. */
  readonly snapshots: number;
  /** The latest change worth saying aloud. */
  readonly announcement: string;
}

export const SILENT_FEED: LiveFeed = { rows: new Map(), sketches: new Map(), snapshots: 0, announcement: "" };

export function isUnfinished(status: GenerationStatus): boolean {
  return status === "queued" || status === "running";
}

export function hear(live: LiveFeed, message: WatchMessage): LiveFeed {
  switch (message.type) {
    case "snapshot":
      return message.generations.reduce(putRow, { ...live, snapshots: live.snapshots + 1 });
    case "generation":
      return isOvertaken(live, message.generation)
        ? live
        : announce(putRow(live, message.generation), {
            before: live.rows.get(message.generation.id),
            after: message.generation,
          });
    case "progress":
      return putProgress(live, message);
  }
}

/** Nothing leaves these; from failed an administrator may call a generation back. */
function isFinal(status: GenerationStatus): boolean {
  return status === "succeeded" || status === "cancelled";
}

/** The answer to a request or a cancellation may arrive behind the news of the end. */
function isOvertaken(live: LiveFeed, row: GenerationView): boolean {
  const known = live.rows.get(row.id);
  return known !== undefined && isFinal(known.status) && isUnfinished(row.status);
}

function putRow(live: LiveFeed, row: GenerationView): LiveFeed {
  if (isOvertaken(live, row)) return live;
  const rows = new Map(live.rows).set(row.id, row);
  const sketch = live.sketches.get(row.id);
  if (sketch === undefined || row.status === "running" || row.status === "succeeded") return { ...live, rows };
  // Waiting again, cancelled or failed: what was drawn is gone. A finished one keeps it under the arriving pictures.
  const sketches = new Map(live.sketches);
  sketches.delete(row.id);
  return { ...live, rows, sketches };
}

function announce(
  live: LiveFeed,
  { before, after }: { before: GenerationView | undefined; after: GenerationView },
): LiveFeed {
  const announcement = announcementOf(before, after);
  return announcement === null ? live : { ...live, announcement };
}

function putProgress(live: LiveFeed, event: Extract<WatchMessage, { type: "progress" }>): LiveFeed {
  const row = live.rows.get(event.generationId);
  if (row === undefined || !isUnfinished(row.status)) return live;
  const { step, steps, preview } = event;
  const known = live.sketches.get(event.generationId)?.previews ?? {};
  const at = pictureBeingDrawn({ step, steps, count: row.count });
  const previews = preview === null ? known : { ...known, [at]: preview };
  // The first step says that it runs, whether or not the row's own news has arrived.
  const rows = row.status === "running" ? live.rows : new Map(live.rows).set(row.id, runningOf(row));
  return { ...live, rows, sketches: new Map(live.sketches).set(event.generationId, { step, steps, previews }) };
}

function runningOf(row: GenerationView): GenerationView {
  return { ...row, status: "running", waiting: null };
}

/** Which picture a step belongs to: pictures are drawn one after the other, all with equally many steps. */
export function pictureBeingDrawn(at: { step: number; steps: number; count: number }): number {
  if (at.steps <= 0 || at.step <= 0) return 0;
  return Math.min(at.count - 1, Math.floor(((at.step - 1) * at.count) / at.steps));
}

/** How far picture `index` is, from 0 to 1. */
export function clarityOf(sketch: Sketch | undefined, index: number, count: number): number {
  if (sketch === undefined || sketch.steps <= 0) return 0;
  return Math.min(1, Math.max(0, (sketch.step * count) / sketch.steps - index));
}

/** The lists' rows and the page's own, newest first; ids sort by time. */
export function mergeFeed(listed: readonly GenerationView[], live: LiveFeed): GenerationView[] {
  const rows = new Map(listed.map((row) => [row.id, row]));
  for (const [id, row] of live.rows) rows.set(id, row);
  return [...rows.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

/** What to say aloud about a change; null when it is not worth a word. */
export function announcementOf(before: GenerationView | undefined, after: GenerationView): string | null {
  if (before?.status === after.status) return null;
  const { prompt } = after.recipe;
  switch (after.status) {
    case "queued":
      return `Queued: ${prompt}.`;
    case "running":
      return `Drawing: ${prompt}.`;
    case "succeeded":
      return `Done: ${after.images.length} ${after.images.length === 1 ? "picture" : "pictures"} of ${prompt}.`;
    case "failed":
      return `Failed: ${prompt}. ${after.error?.message ?? ""}`;
    case "cancelled":
      return `Cancelled: ${prompt}.`;
  }
}
