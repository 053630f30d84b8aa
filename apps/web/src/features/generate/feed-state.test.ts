import type { GenerationStatus, GenerationView, ImageView } from "@mezzotint/contracts/generation";
import { expect, test } from "vitest";
import { announcementOf, clarityOf, hear, mergeFeed, pictureBeingDrawn, SILENT_FEED } from "./feed-state.ts";
import { statusLine, waitingReason } from "./status-line.ts";

const WAITING = { ahead: 1, ownAhead: 0, teamsAhead: 1, ownRunning: 0, slots: 1, seconds: null };

const IMAGE: ImageView = {
  id: "img_1",
  generationId: "gen_1",
  index: 0,
  seed: "1",
  width: 64,
  height: 64,
  sizeBytes: 1,
  prompt: "owl",
  modelName: "mini",
  modelTitle: "Mini",
  authorName: "Ada",
  visibility: "team",
  createdAt: "2026-01-01T00:00:00.000Z",
  url: "/files/img_1.png",
  mine: true,
};

function row(id: string, status: GenerationStatus, part: Partial<GenerationView> = {}): GenerationView {
  return {
    id,
    status,
    recipe: {
      version: 1,
      model: { name: "mini", hash: "a".repeat(64) },
      prompt: "owl",
      negativePrompt: null,
      scheduler: { _class_name: "FlowMatchEulerDiscreteScheduler" },
      steps: 10,
      guidanceScale: 4,
      guidanceRescale: 0,
      eta: 0,
      width: 64,
      height: 64,
      seed: "1",
      generator: "torch-cpu",
    },
    source: null,
    mask: null,
    count: 2,
    visibility: "team",
    error: null,
    attempts: 1,
    createdAt: "2026-01-01T00:00:00.000Z",
    finishedAt: null,
    progress: null,
    waiting: status === "queued" ? WAITING : null,
    images: [],
    ...part,
  };
}

function step(at: number, preview: string | null = null) {
  return { type: "progress", generationId: "gen_1", teamId: "t", step: at, steps: 20, preview } as const;
}

const queued = hear(SILENT_FEED, { type: "snapshot", generations: [row("gen_1", "queued")] });

test("steps fill the plates one after the other, and a step without a preview keeps the last one", () => {
  const drawn = [step(1, "a"), step(5), step(11, "b"), step(12)].reduce(hear, queued);
  expect(drawn.sketches.get("gen_1")).toEqual({ step: 12, steps: 20, previews: { 0: "a", 1: "b" } });
  expect(drawn.rows.get("gen_1")).toMatchObject({ status: "running", waiting: null });
});

test("a late step does not wake what is over, and one about somebody else's leaves no trace", () => {
  const done = hear(queued, { type: "generation", generation: row("gen_1", "succeeded") });
  expect(hear(done, step(3, "late"))).toBe(done);
  expect(hear(SILENT_FEED, step(3))).toBe(SILENT_FEED);
});

test("a try that starts over forgets its sketch; a finished one keeps it under the arriving pictures", () => {
  const drawn = hear(queued, step(12, "b"));
  const again = hear(drawn, { type: "generation", generation: row("gen_1", "queued", { attempts: 2 }) });
  expect(again.sketches.size).toBe(0);
  const done = hear(drawn, { type: "generation", generation: row("gen_1", "succeeded") });
  expect(done.sketches.get("gen_1")?.previews).toEqual({ 1: "b" });
});

test("a snapshot after a lost line brings the truth and is counted", () => {
  const back = hear(hear(queued, step(3)), { type: "snapshot", generations: [row("gen_1", "failed")] });
  expect(back).toMatchObject({ snapshots: 2 });
  expect(back.rows.get("gen_1")?.status).toBe("failed");
});

test("what the page heard wins over lists, and the newest stands first", () => {
  const listed = [row("gen_0", "succeeded"), row("gen_1", "queued")];
  const live = hear(hear(queued, step(1)), { type: "generation", generation: row("gen_2", "queued") });
  expect(mergeFeed(listed, live).map(({ id, status }) => `${id} ${status}`)).toEqual([
    "gen_2 queued",
    "gen_1 running",
    "gen_0 succeeded",
  ]);
});

test("steps are shared evenly among the pictures", () => {
  const at = (done: number): number => pictureBeingDrawn({ step: done, steps: 20, count: 2 });
  expect([0, 1, 10, 11, 20].map(at)).toEqual([0, 0, 0, 1, 1]);
  const sketch = { step: 15, steps: 20, previews: {} };
  expect([clarityOf(sketch, 0, 2), clarityOf(sketch, 1, 2), clarityOf(undefined, 0, 2)]).toEqual([1, 0.5, 0]);
});

test("changes of status are said once", () => {
  const running = row("gen_1", "running");
  expect(announcementOf(row("gen_1", "queued"), running)).toBe("Drawing: owl.");
  expect(announcementOf(running, running)).toBeNull();
  expect(announcementOf(running, row("gen_1", "succeeded", { images: [IMAGE] }))).toBe("Done: 1 picture of owl.");
  const failed = row("gen_1", "failed", {
    error: { code: "DEVICE_OUT_OF_MEMORY", message: "512 MB asked, 96 MB free." },
  });
  expect(announcementOf(running, failed)).toBe("Failed: owl. 512 MB asked, 96 MB free.");
});

test("a card says where it stands", () => {
  expect(statusLine(row("g", "queued", { waiting: { ...WAITING, ahead: 0 }, attempts: 0 }), null)).toBe("Next in line");
  expect(statusLine(row("g", "queued", { waiting: { ...WAITING, ahead: 3 }, attempts: 1 }), null)).toContain(
    "3 ahead in line · started again",
  );
  expect(statusLine(row("g", "running"), { step: 13, steps: 20 })).toBe("Picture 2 of 2, step 3 of 10");
  expect(statusLine(row("g", "running", { count: 1 }), { step: 3, steps: 10 })).toBe("Step 3 of 10");
  expect(statusLine(row("g", "succeeded", { images: [IMAGE] }), null)).toBeNull();
  expect(statusLine(row("g", "succeeded"), null)).toBe("The pictures were removed");
});

test("an answer that comes behind the news of the end changes nothing", () => {
  const ended = hear(queued, { type: "generation", generation: row("gen_1", "cancelled") });
  expect(hear(ended, { type: "generation", generation: row("gen_1", "running") })).toBe(ended);
  const again = hear(ended, { type: "snapshot", generations: [row("gen_1", "queued"), row("gen_2", "queued")] });
  expect([...again.rows.values()].map(({ status }) => status)).toEqual(["cancelled", "queued"]);
});

test("one who waits reads until when, and why", () => {
  const line = (likely: number, atMost: number) =>
    statusLine(
      row("g", "queued", { waiting: { ...WAITING, ahead: 2, seconds: { likely, atMost } }, attempts: 0 }),
      null,
    );
  expect(line(7.6, 12.2)).toBe("2 ahead in line · ready in 8–13 s");
  expect(line(0.1, 0.2)).toBe("2 ahead in line · ready in about 1 s");
  expect(line(100, 200)).toBe("2 ahead in line · ready in 2–4 min");
  const reason = (changes: Partial<typeof WAITING>) =>
    waitingReason(row("g", "queued", { waiting: { ...WAITING, ...changes } }));
  expect(reason({ ownRunning: 2, teamsAhead: 3 })).toBe(
    "2 requests of yours are running; 3 other teams wait ahead of it.",
  );
  expect(reason({ ahead: 1, ownAhead: 1, teamsAhead: 0 })).toBe("1 more of yours goes first.");
  expect(reason({ ahead: 0, teamsAhead: 0 })).toBe("The next free worker takes it.");
  expect(reason({ slots: 0 })).toContain("No worker serves this model");
  expect(waitingReason(row("g", "queued", { waiting: null, attempts: 1 }))).toContain("tried again");
  expect(waitingReason(row("g", "queued", { waiting: null, attempts: 0 }))).toBe("Hundreds of your requests go first.");
  expect(waitingReason(row("g", "running"))).toBeNull();
});
