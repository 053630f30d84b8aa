import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GENERATION_CHANNEL, GenerationEvent } from "@mezzotint/contracts/progress";
import { createDatabase } from "@mezzotint/db/client";
import { createListener } from "@mezzotint/db/listen";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ServiceContext } from "../context.ts";
import { getImage } from "../image/get.ts";
import { openStageFile } from "../image/open-stage-file.ts";
import { heartbeat } from "../job/heartbeat.ts";
import { settleJob } from "../job/settle.ts";
import { sweepJobs } from "../job/sweep.ts";
import { announceModels } from "../model/announce.ts";
import { actAs, claimOne, completeClaimed, createWorker, MODEL, requestOf } from "../testing/fixture.ts";
import { cancelGeneration } from "./cancel.ts";
import { completeGeneration } from "./complete.ts";
import { getGeneration } from "./get.ts";
import { listGenerations } from "./list.ts";
import { reportProgress } from "./report-progress.ts";
import { requestGeneration, UNFINISHED_MAX } from "./request.ts";

const databaseUrl = await useTestDatabase();
const folder = await mkdtemp(join(tmpdir(), "mezzotint-services-"));
const base: ServiceContext = {
  db: createDatabase(databaseUrl),
  storage: createFileStorage(folder),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
const listener = createListener(databaseUrl);
const events: GenerationEvent[] = [];
let worker: ServiceContext;
let person: ServiceContext;

beforeAll(async () => {
  listener.subscribe(GENERATION_CHANNEL, (payload) => events.push(GenerationEvent.parse(JSON.parse(payload))));
  await listener.ready();
  worker = await createWorker(base);
  await announceModels({ ctx: worker, input: { models: [MODEL] } });
});
beforeEach(async () => {
  await base.db.prisma.job.deleteMany();
  person = await signIn();
});
afterAll(async () => {
  await listener.close();
  await base.db.close();
  await rm(folder, { recursive: true });
});

async function signIn(options: Parameters<typeof createTeam>[1] = {}): Promise<ServiceContext> {
  return actAs(base, { kind: "user", ...(await createTeam(base.db.prisma, options)) });
}

function statusesOf(generationId: string): string[] {
  return events.flatMap((event) =>
    event.generationId !== generationId || event.type !== "status" ? [] : [event.status],
  );
}

test("a request becomes a waiting generation, a recipe and a job, all or nothing", async () => {
  const view = await requestGeneration({
    ctx: person,
    input: requestOf({ count: 2, seed: "7", prompt: "  red apple " }),
  });
  expect(view).toMatchObject({ status: "queued", count: 2, attempts: 0, error: null, progress: null });
  expect(view.waiting).toMatchObject({ ahead: 0, ownAhead: 0, teamsAhead: 0, ownRunning: 0, slots: 0, seconds: null });
  expect(view.recipe).toMatchObject({
    model: { name: "mini", hash: MODEL.hash },
    prompt: "red apple",
    negativePrompt: null,
    scheduler: MODEL.schedulers[0],
    seed: "7",
  });
  expect(await getGeneration({ ctx: person, input: { generationId: view.id } })).toEqual(view);
  await expect.poll(() => statusesOf(view.id)).toEqual(["queued"]);
});

test("text that only looks like an escape is fine, and so is every other character", async () => {
  const prompt = String.raw`C:\\u0000 \ud83d 日本 🍎 \u007f`;
  const { recipe } = await requestGeneration({ ctx: person, input: requestOf({ prompt }) });
  expect(recipe.prompt).toBe(prompt);
});

test("a seed has one way of being written, so that the same picture has the same recipe", async () => {
  const { recipe } = await requestGeneration({ ctx: person, input: requestOf({ seed: "007" }) });
  expect(recipe.seed).toBe("7");
});

test("what was not asked for leaves no mark in the recipe; what was does", async () => {
  const plain = await requestGeneration({ ctx: person, input: requestOf() });
  for (const name of ["clipSkip", "promptWeighting", "source", "mask", "strength"]) {
    expect(plain.recipe).not.toHaveProperty(name);
  }
  const wanted = { clipSkip: 2, promptWeighting: true, guidanceRescale: 0.5 };
  expect((await requestGeneration({ ctx: person, input: requestOf(wanted) })).recipe).toMatchObject(wanted);
});

test("without a seed the server draws one, and another each time", async () => {
  const views = await Promise.all([1, 2].map(() => requestGeneration({ ctx: person, input: requestOf() })));
  expect(new Set(views.map((view) => view.recipe.seed)).size).toBe(2);
});

test.each([
  ["Write a prompt", { prompt: " " }],
  ["cannot be stored", { prompt: "a\u0000b" }],
  ["cannot be stored", { prompt: "a \ud83d b" }],
  ["at most 2000 characters", { prompt: "x".repeat(10_000) }],
  ["guidanceScale", { guidanceScale: Number.NaN }],
  ["At least 1 step.", { steps: -1 }],
  ["At most 16 pictures", { count: 17 }],
  ["at most 18446744073709551615", { seed: "18446744073709551616" }],
  ["draws 64 × 64 pixels only; width is 512", { width: 512 }],
  ["Model nobody is not known; there are 1: mini.", { model: "nobody" }],
  ["cannot use the sampler DDIMScheduler", { scheduler: "DDIMScheduler" as const }],
])('a request is refused with "%s", and writes nothing', async (words, changes) => {
  await expect(requestGeneration({ ctx: person, input: requestOf(changes) })).rejects.toMatchObject({
    code: "INVALID_INPUT",
    message: expect.stringContaining(words),
  });
  expect(await base.db.prisma.job.count()).toBe(0);
});

test("what the stages of a cascade made is kept with the picture, in order, and goes where the picture goes", async () => {
  const { id } = await requestGeneration({ ctx: person, input: requestOf() });
  await completeClaimed(worker, await claimOne(worker), ["base", "enlarge"]);
  const [image] = (await getGeneration({ ctx: person, input: { generationId: id } })).images;
  const imageId = image?.id ?? "";
  const common = { seed: "7", width: 64, height: 64, elapsedMs: 2 };
  expect((await getImage({ ctx: person, input: { imageId } })).stages).toEqual([
    { index: 0, name: "base", ...common, url: `/stages/${imageId}/0.png` },
    { index: 1, name: "enlarge", ...common, url: `/stages/${imageId}/1.png` },
  ]);
  const open = (ctx: ServiceContext, index: number) => openStageFile({ ctx, input: { imageId, index } });
  expect((await open(person, 1)).bytes).toHaveLength(64);
  await expect(open(person, 2)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(open(await signIn(), 1)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a later stage runs again on what the stage before made, for whoever may see that picture", async () => {
  const stage = { width: 64, height: 64, steps: 4, guidanceScale: 3, noiseLevel: 250 };
  const stages = [
    { name: "base", ...stage },
    { name: "enlarge", ...stage },
  ];
  await announceModels({
    ctx: worker,
    input: { models: [MODEL, { ...MODEL, name: "two", hash: "d".repeat(64), stages }] },
  });
  const first = await requestGeneration({ ctx: person, input: requestOf({ model: "two" }) });
  expect(first.recipe.stages).toEqual([{ steps: 4, guidanceScale: 3, noiseLevel: 250 }]);
  await completeClaimed(worker, await claimOne(worker), ["base", "enlarge"]);
  const [image] = (await getGeneration({ ctx: person, input: { generationId: first.id } })).images;
  const rerun = (ctx: ServiceContext, changes: object) =>
    requestGeneration({
      ctx,
      input: requestOf({ model: "two", stageInput: { imageId: image?.id ?? "", stage: 1 }, ...changes }),
    });
  const again = await rerun(person, {});
  const { storageKey: picture } = await base.db.prisma.imageStage.findFirstOrThrow({
    where: { imageId: image?.id ?? "", index: 0 },
  });
  await completeClaimed(worker, await claimOne(worker), ["enlarge"]);
  const [made] = (await getGeneration({ ctx: person, input: { generationId: again.id } })).images;
  const detail = await getImage({ ctx: person, input: { imageId: made?.id ?? "" } });
  expect(detail.stages).toMatchObject([{ index: 1, name: "enlarge" }]);
  const recalled = { stageInput: { picture, stage: 1 } };
  expect([again.recipe, (await rerun(person, recalled)).recipe]).toMatchObject([recalled, recalled]);
  await expect(rerun(await signIn(), recalled)).rejects.toThrow("What stage 1 made is not kept any more");
  await expect(rerun(await signIn(), {})).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(rerun(person, { stageInput: { imageId: image?.id ?? "", stage: 2 } })).rejects.toThrow(
    "has 1 later stages; 2",
  );
  await expect(rerun(person, { model: "mini" })).rejects.toThrow("has 0 later stages; 1");
});

test("nobody gets more than the limit unfinished, even by asking all at once", async () => {
  const asked = Array.from({ length: UNFINISHED_MAX + 5 }, () =>
    requestGeneration({ ctx: person, input: requestOf() }),
  );
  const answers = await Promise.allSettled(asked);
  const refused = answers.filter((answer) => answer.status === "rejected").map((answer) => answer.reason);
  expect(refused).toHaveLength(5);
  expect(refused[0]).toMatchObject({
    code: "LIMIT_EXCEEDED",
    message: expect.stringContaining("50 of your generations are unfinished and 50 is the limit"),
  });
});

test("from claim to pictures: progress is told and kept, and completing twice is one completion", async () => {
  const { id: generationId } = await requestGeneration({ ctx: person, input: requestOf({ count: 3, seed: "5" }) });
  const job = await claimOne(worker);
  const teamId = person.actor.kind === "user" ? person.actor.teamId : "";
  const told = { jobId: job.jobId, attemptId: job.attemptId, generationId, teamId, step: 4, steps: 12 };
  await reportProgress({ ctx: worker, input: { ...told, preview: "data:image/png;base64,AA==" } });
  await reportProgress({ ctx: worker, input: { ...told, step: 5, preview: "x".repeat(9_000) } });
  const running = await getGeneration({ ctx: person, input: { generationId } });
  expect(running).toMatchObject({ status: "running", attempts: 1, waiting: null, progress: { step: 5, steps: 12 } });

  expect(await completeClaimed(worker, job)).toBe(true);
  expect(await completeClaimed(worker, job)).toBe(true);
  const done = await getGeneration({ ctx: person, input: { generationId } });
  expect(done).toMatchObject({ status: "succeeded", progress: null, error: null });
  expect(done.images.map(({ index, seed }) => [index, seed])).toEqual([0, 1, 2].map((i) => [i, String(5 + i)]));
  expect(done.finishedAt).not.toBeNull();
  await expect.poll(() => statusesOf(generationId)).toEqual(["queued", "running", "succeeded"]);
  const previews = events.flatMap((event) => (event.type === "progress" ? [event.preview?.length ?? null] : []));
  expect(previews).toEqual([26, null]);
});

test("a completion that does not fit the order is refused with the numbers, and undone", async () => {
  const { id: generationId } = await requestGeneration({ ctx: person, input: requestOf({ count: 2 }) });
  const { jobId, attemptId } = await claimOne(worker);
  const image = { recipeId: "e".repeat(64), storageKey: "f".repeat(64), width: 64, height: 64, sizeBytes: 9 };
  const complete = (images: (typeof image)[]) =>
    completeGeneration({
      ctx: worker,
      input: { jobId, attemptId, generationId, provider: "cpu", runtime: "test", elapsedMs: 1, images },
    });
  await expect(complete([image])).rejects.toThrow("images: expected 2, got 1");
  await expect(complete([image, image])).rejects.toThrow(/image 0: expected recipe [0-9a-f]{64}, got e{64}/);
  expect(await getGeneration({ ctx: person, input: { generationId } })).toMatchObject({
    status: "running",
    images: [],
  });
});

test("a late attempt can neither overwrite nor double what the current one made", async () => {
  const { id: generationId } = await requestGeneration({ ctx: person, input: requestOf() });
  const late = await claimOne(worker);
  // The fixture's worker has no session, so to the sweep it is dead.
  expect(await sweepJobs({ ctx: worker })).toMatchObject([{ jobId: late.jobId, state: "queued" }]);
  expect(await completeClaimed(worker, late)).toBe(false);
  const current = await claimOne(worker);
  expect(await completeClaimed(worker, late)).toBe(false);
  expect(await completeClaimed(worker, current)).toBe(true);
  const verdict = { kind: "failed", error: { code: "INTERNAL", message: "late" } } as const;
  expect(await settleJob({ ctx: worker, input: { jobId: late.jobId, attemptId: late.attemptId, verdict } })).toBe(
    false,
  );
  const done = await getGeneration({ ctx: person, input: { generationId } });
  expect(done).toMatchObject({ status: "succeeded", attempts: 2 });
  expect(done.images).toHaveLength(1);
  await expect.poll(() => statusesOf(generationId)).toEqual(["queued", "running", "queued", "running", "succeeded"]);
});

test("after two dead workers a generation fails with that reason, and a failure keeps its own", async () => {
  const lost = await requestGeneration({ ctx: person, input: requestOf() });
  for (let death = 0; death < 2; death++) {
    await claimOne(worker);
    await sweepJobs({ ctx: worker });
  }
  const error = { code: "MODEL_CORRUPT", message: "unet: expected ab, got cd" } as const;
  const failed = await requestGeneration({ ctx: person, input: requestOf() });
  const { jobId, attemptId } = await claimOne(worker);
  await settleJob({ ctx: worker, input: { jobId, attemptId, verdict: { kind: "failed", error } } });
  expect(await getGeneration({ ctx: person, input: { generationId: failed.id } })).toMatchObject({
    status: "failed",
    error,
  });
  expect(await getGeneration({ ctx: person, input: { generationId: lost.id } })).toMatchObject({
    status: "failed",
    attempts: 2,
    error: { code: "ENGINE_CRASHED", message: expect.stringContaining("2 workers died") },
  });
});

test("cancelling: a waiting one at once, a running one by asking, a finished one not at all", async () => {
  const waiting = await requestGeneration({ ctx: person, input: requestOf() });
  const cancel = (generationId: string) => cancelGeneration({ ctx: person, input: { generationId } });
  expect(await cancel(waiting.id)).toMatchObject({ status: "cancelled", waiting: null });
  expect(await cancel(waiting.id)).toMatchObject({ status: "cancelled" });

  const running = await requestGeneration({ ctx: person, input: requestOf() });
  const { jobId, attemptId } = await claimOne(worker);
  expect(await cancel(running.id)).toMatchObject({ status: "running" });
  expect(await heartbeat({ ctx: worker, input: { jobId, attemptId, leaseMs: 60_000 } })).toBe("cancel");
  await settleJob({ ctx: worker, input: { jobId, attemptId, verdict: { kind: "cancelled" } } });
  expect(await getGeneration({ ctx: person, input: { generationId: running.id } })).toMatchObject({
    status: "cancelled",
  });

  const finished = await requestGeneration({ ctx: person, input: requestOf() });
  await completeClaimed(worker, await claimOne(worker));
  await expect(cancel(finished.id)).rejects.toMatchObject({ code: "CONFLICT" });
});

test("a list holds one's own, newest first, page by page without gaps", async () => {
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push((await requestGeneration({ ctx: person, input: requestOf() })).id);
  const teamId = person.actor.kind === "user" ? person.actor.teamId : "";
  const colleague = await signIn({ teamId, role: "member" });
  await requestGeneration({ ctx: colleague, input: requestOf() });
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listGenerations>> = await listGenerations({
      ctx: person,
      input: { limit: 2, ...(cursor === null ? {} : { cursor }) },
    });
    seen.push(...page.generations.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(ids.toSorted().toReversed());
});

test("roles: viewers look, members cancel their own, owners cancel everybody's", async () => {
  const teamId = person.actor.kind === "user" ? person.actor.teamId : "";
  const [viewer, member] = [await signIn({ teamId, role: "viewer" }), await signIn({ teamId, role: "member" })];
  await expect(requestGeneration({ ctx: viewer, input: requestOf() })).rejects.toMatchObject({ code: "FORBIDDEN" });
  const { id: generationId } = await requestGeneration({ ctx: person, input: requestOf() });
  expect(await getGeneration({ ctx: viewer, input: { generationId } })).toMatchObject({ id: generationId });
  for (const ctx of [viewer, member]) {
    await expect(cancelGeneration({ ctx, input: { generationId } })).rejects.toMatchObject({ code: "FORBIDDEN" });
  }
  const own = await requestGeneration({ ctx: member, input: requestOf() });
  expect(await cancelGeneration({ ctx: person, input: { generationId: own.id } })).toMatchObject({
    status: "cancelled",
  });
});
