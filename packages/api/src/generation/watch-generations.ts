import type { GenerationView } from "@mezzotint/contracts/generation";
import { GENERATION_CHANNEL, GenerationEvent, WATCH_INTERVAL_MS } from "@mezzotint/contracts/progress";
import type { Listener } from "@mezzotint/db/listen";
import type { ServiceContext } from "@mezzotint/services/context";
import { getGeneration } from "@mezzotint/services/generation/get";
import { listGenerations } from "@mezzotint/services/generation/list";
import { markWatched } from "@mezzotint/services/generation/mark-watched";
import { openNewsDesk, type NewsDesk, type ProgressEvent } from "./news.ts";

/** What a page hears: first all recent rows, then each row that changed, and steps with previews in between. */
export type WatchMessage =
  | { readonly type: "snapshot"; readonly generations: readonly GenerationView[] }
  | { readonly type: "generation"; readonly generation: GenerationView }
  | ProgressEvent;

const SNAPSHOT_SIZE = 50;
/** Rows of waiting generations are read again this often: their place in the queue moves without an event of theirs. */
const WAITING_REFRESH_MS = 2_000;

/**
 * The person's generations as they move. It listens before it reads, so nothing falls between; every connection
 * starts with the rows, so a reload or a lost line loses nothing. Ends when the signal aborts.
 */
export async function* watchGenerations(args: {
  ctx: ServiceContext;
  listener: Listener;
  teamId: string;
  signal: AbortSignal | undefined;
}): AsyncGenerator<WatchMessage, void, void> {
  const { ctx, listener, teamId, signal } = args;
  const desk = openNewsDesk();
  const stops = [
    listener.subscribe(GENERATION_CHANNEL, (payload) => reportOwn(desk, { payload, teamId })),
    listener.onReconnect(() => desk.reportGap()),
  ];
  if (signal?.aborted === true) desk.close();
  else signal?.addEventListener("abort", desk.close, { once: true });
  const rows = new Map<string, GenerationView>();
  try {
    await listener.ready();
    yield await readSnapshot(ctx, rows);
    const look = createLook(ctx);
    for (;;) {
      await look(rows);
      await desk.wait(patienceMs(rows));
      if (signal?.aborted === true) return;
      yield* tell({ ctx, rows, desk });
    }
  } finally {
    for (const stop of stops) stop();
    signal?.removeEventListener("abort", desk.close);
  }
}

function reportOwn(desk: NewsDesk, { payload, teamId }: { payload: string; teamId: string }): void {
  const event = parseEvent(payload);
  if (event === null) desk.reportGap();
  else if (event.teamId === teamId) desk.report(event);
}

/** Null for a payload this version cannot read: then the rows tell. */
function parseEvent(payload: string): GenerationEvent | null {
  try {
    return GenerationEvent.parse(JSON.parse(payload));
  } catch {
    return null;
  }
}

async function readSnapshot(ctx: ServiceContext, rows: Map<string, GenerationView>): Promise<WatchMessage> {
  const { generations } = await listGenerations({ ctx, input: { limit: SNAPSHOT_SIZE } });
  for (const generation of generations) rows.set(generation.id, generation);
  return { type: "snapshot", generations };
}

async function* tell(args: {
  ctx: ServiceContext;
  rows: Map<string, GenerationView>;
  desk: NewsDesk;
}): AsyncGenerator<WatchMessage, void, void> {
  const { ctx, rows, desk } = args;
  const { changed, progress, gap } = desk.take();
  // An unknown id is a new generation of this person, or one of a teammate; the person's own list tells which.
  if (gap || [...changed].some((id) => !rows.has(id))) yield await readSnapshot(ctx, rows);
  for (const [id, known] of rows) {
    const waiting = known.status === "queued";
    if (!changed.has(id) && !waiting) continue;
    const generation = await getGeneration({ ctx, input: { generationId: id } });
    rows.set(id, generation);
    if (!isSame(known, generation)) yield { type: "generation", generation };
  }
  for (const event of progress.values()) {
    if (isUnfinished(rows.get(event.generationId))) yield event;
  }
}

/** Says which of the rows are looked at: at once of one that begins to run, and of all that run every so often. */
function createLook(ctx: ServiceContext): (rows: ReadonlyMap<string, GenerationView>) => Promise<void> {
  let saidMs = Number.NEGATIVE_INFINITY;
  let said: ReadonlySet<string> = new Set();
  return async (rows) => {
    const generationIds = idsOf(rows, "running");
    const nowMs = performance.now();
    if (nowMs - saidMs < WATCH_INTERVAL_MS && generationIds.every((id) => said.has(id))) return;
    [saidMs, said] = [nowMs, new Set(generationIds)];
    if (generationIds.length > 0) await markWatched({ ctx, input: { generationIds } });
  };
}

/** How long without news until there is something to do; null: for ever. */
function patienceMs(rows: ReadonlyMap<string, GenerationView>): number | null {
  if (idsOf(rows, "queued").length > 0) return WAITING_REFRESH_MS;
  return idsOf(rows, "running").length > 0 ? WATCH_INTERVAL_MS : null;
}

function idsOf(rows: ReadonlyMap<string, GenerationView>, status: GenerationView["status"]): string[] {
  return [...rows.values()].filter((row) => row.status === status).map(({ id }) => id);
}

function isUnfinished(generation: GenerationView | undefined): boolean {
  return generation !== undefined && (generation.status === "queued" || generation.status === "running");
}

function isSame(before: GenerationView, after: GenerationView): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
