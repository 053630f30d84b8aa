import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MetricId } from "@mezzotint/contracts/catalogue";
import { Protocol } from "@mezzotint/contracts/protocol";
import type { RunRequestInput, RunView } from "@mezzotint/contracts/run";
import type { ScoreResult } from "@mezzotint/contracts/score";
import { createDatabase } from "@mezzotint/db/client";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { ServiceContext } from "../context.ts";
import { findMissingFeatures } from "../feature/find-missing.ts";
import { readFeatures } from "../feature/read.ts";
import { storeFeatures } from "../feature/store.ts";
import { listGenerations } from "../generation/list.ts";
import { requestGeneration, UNFINISHED_MAX } from "../generation/request.ts";
import { claimJobs, type WorkerJob } from "../job/claim.ts";
import { settleJob } from "../job/settle.ts";
import { announceModels } from "../model/announce.ts";
import { importPromptSet } from "../prompt-set/import.ts";
import { listPromptSets } from "../prompt-set/list.ts";
import { actAs, claimOne, completeClaimed, createWorker, MODEL, requestOf } from "../testing/fixture.ts";
import { cancelRun } from "./cancel.ts";
import { compareRuns } from "./compare.ts";
import { completeEvaluation } from "./complete-evaluation.ts";
import { createRun } from "./create.ts";
import { extendRun } from "./extend.ts";
import { getEvaluation } from "./get-evaluation.ts";
import { getRun } from "./get.ts";
import { listRuns } from "./list.ts";
import { listRunNames } from "./names.ts";
import { resumeRun } from "./resume.ts";
import { scoreRun } from "./score.ts";

// These tests draw and complete whole runs, which takes a while on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const folder = await mkdtemp(join(tmpdir(), "mezzotint-runs-"));
const base: ServiceContext = {
  db: createDatabase(await useTestDatabase()),
  storage: createFileStorage(folder),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
let worker: ServiceContext;
let person: ServiceContext;
let promptSetId: string;

beforeAll(async () => {
  worker = await createWorker(base);
  await announceModels({ ctx: worker, input: { models: [MODEL] } });
});
beforeEach(async () => {
  await base.db.prisma.job.deleteMany();
  person = actAs(base, { kind: "user", ...(await createTeam(base.db.prisma, {})) });
  const { promptSet } = await importPromptSet({ ctx: person, input: { title: "Three", text: "one\ntwo\nthree" } });
  promptSetId = promptSet.id;
});
afterAll(async () => {
  await base.db.close();
  await rm(folder, { recursive: true });
});

function create(changes: Partial<RunRequestInput> = {}): Promise<RunView> {
  const { prompt: _, ...settings } = requestOf();
  return createRun({
    ctx: person,
    input: { ...settings, name: "ten steps", promptSetId, seedFirst: "7", seedCount: 2, ...changes },
  });
}

async function fail(job: WorkerJob): Promise<void> {
  const error = { code: "MODEL_CORRUPT", message: "vae: expected ab, got cd" } as const;
  const { jobId, attemptId } = job;
  await settleJob({ ctx: worker, input: { jobId, attemptId, verdict: { kind: "failed", error } } });
}

function scoreOf(metric: MetricId, n: number): ScoreResult {
  const where = { extractor: "a".repeat(64), preprocessing: "none", dimensions: 3, reference: null };
  return {
    metric,
    protocol: Protocol.parse({ metric, variant: null, ...where, n, convention: null, unreadable: [] }),
    estimate: { value: 1.5, low: 1, high: 2, level: 0.95 },
    problem: null,
    details: { corrected: 1.4 },
    leftOut: [1.4, 1.6],
    groups: "b".repeat(64),
    perPicture: null,
    seconds: 0.1,
  };
}

async function evaluate(runId: string, metrics: MetricId[] = ["clip-score"]): Promise<boolean> {
  const job = await claimOne(worker);
  expect(job.payload).toEqual({ kind: "evaluate", runId });
  const { pictures, missing } = await getEvaluation({ ctx: worker, input: { runId } });
  const perPicture = pictures.map(({ imageId }) => ({ imageId, value: 0.5 }));
  const scores = metrics.map((metric) => ({ ...scoreOf(metric, pictures.length), perPicture }));
  const { jobId, attemptId } = job;
  const run = { runtime: "test", elapsedMs: 1, picturesHash: "c".repeat(64), missing };
  return completeEvaluation({ ctx: worker, input: { jobId, attemptId, runId, ...run, scores } });
}

test("a run asks for every cell once, a job a prompt, behind what people wait for, and is scored when the last ends", async () => {
  const run = await create();
  expect(run).toMatchObject({ status: "filling", cells: { total: 6, done: 0, waiting: 6, failed: 0, missing: 0 } });
  const jobs = await base.db.prisma.job.findMany({ select: { lane: true, kind: true } });
  expect(jobs).toEqual(Array.from({ length: 3 }, () => ({ lane: "batch", kind: "generate" })));
  expect((await listGenerations({ ctx: person, input: {} })).generations).toEqual([]);
  for (let done = 1; done <= 3; done++) {
    expect(await completeClaimed(worker, await claimOne(worker))).toBe(true);
    const { status } = await getRun({ ctx: person, input: { runId: run.id } });
    expect(status).toBe(done < 3 ? "filling" : "scoring");
  }
  const { pictures } = await getEvaluation({ ctx: worker, input: { runId: run.id } });
  expect(pictures.map((one) => [one.promptIndex, one.seedIndex])).toEqual(
    [0, 1, 2].flatMap((p) => [
      [p, 0],
      [p, 1],
    ]),
  );
  const seeds = await base.db.prisma.image.findMany({ distinct: ["seed"], select: { seed: true } });
  expect(seeds.map(({ seed }) => seed).toSorted()).toEqual(["7", "8"]);
  expect(await evaluate(run.id)).toBe(true);
  const done = await getRun({ ctx: person, input: { runId: run.id } });
  expect(done).toMatchObject({ status: "done", error: null, cells: { done: 6 } });
  const compared = await compareRuns({ ctx: person, input: { runIds: [run.id] } });
  // 12.4 ms a job of two pictures.
  expect(compared.runs[0]?.secondsPerPicture).toBeCloseTo(0.0062, 3);
  const [score] = await base.db.prisma.score.findMany({ where: { runId: run.id }, include: { images: true } });
  expect(score).toMatchObject({ metricId: "clip-score", value: 1.5, n: 6, missing: 0, leftOut: [1.4, 1.6] });
  expect(score?.images).toHaveLength(6);
});

test("runs do not use up what a person may ask for by hand", async () => {
  await importPromptSet({
    ctx: person,
    input: { title: "Many", text: Array.from({ length: 60 }, (_, i) => `p ${i}`).join("\n") },
  });
  const many = (await listPromptSets({ ctx: person })).find(({ title }) => title === "Many");
  const run = await create({ promptSetId: many?.id ?? "", seedCount: 1 });
  expect(run.cells.waiting).toBeGreaterThan(UNFINISHED_MAX);
  await expect(requestGeneration({ ctx: person, input: requestOf() })).resolves.toMatchObject({ status: "queued" });
});

test("failed cells do not keep the rest from scores; resuming asks for them only", async () => {
  const { id: runId } = await create();
  await fail(await claimOne(worker));
  await completeClaimed(worker, await claimOne(worker));
  await completeClaimed(worker, await claimOne(worker));
  const half = await getRun({ ctx: person, input: { runId } });
  expect(half).toMatchObject({ status: "scoring", cells: { done: 4, failed: 2 } });
  await expect(resumeRun({ ctx: person, input: { runId } })).rejects.toMatchObject({ code: "CONFLICT" });
  await evaluate(runId);
  expect(await base.db.prisma.score.findFirst({ where: { runId } })).toMatchObject({ n: 4, missing: 2 });
  const again = await resumeRun({ ctx: person, input: { runId } });
  expect(again).toMatchObject({ status: "filling", cells: { done: 4, waiting: 2, failed: 0 } });
  await completeClaimed(worker, await claimOne(worker));
  await evaluate(runId);
  expect(await base.db.prisma.score.findFirst({ where: { runId } })).toMatchObject({ n: 6, missing: 0 });
});

test("a run without any picture fails with the reason of its pictures", async () => {
  const { id: runId } = await create({ seedCount: 1 });
  for (let i = 0; i < 3; i++) await fail(await claimOne(worker));
  const error = { code: "MODEL_CORRUPT", message: expect.stringContaining("expected ab, got cd") };
  expect(await getRun({ ctx: person, input: { runId } })).toMatchObject({ status: "failed", error });
});

test("cancelling ends what waits and asks what runs to stop; resuming goes on where it was", async () => {
  const { id: runId } = await create();
  await completeClaimed(worker, await claimOne(worker));
  const running = await claimOne(worker);
  const cancelled = await cancelRun({ ctx: person, input: { runId } });
  expect(cancelled).toMatchObject({ status: "cancelled", cells: { done: 2, waiting: 2 } });
  const { jobId, attemptId } = running;
  expect(await base.db.prisma.job.findUnique({ where: { id: jobId } })).toMatchObject({
    state: "running",
    cancelRequestedAt: expect.any(Date),
  });
  await settleJob({ ctx: worker, input: { jobId, attemptId, verdict: { kind: "cancelled" } } });
  expect(await claimJobs({ ctx: worker, input: { leaseMs: 1_000 } })).toEqual([]);
  expect(await resumeRun({ ctx: person, input: { runId } })).toMatchObject({
    status: "filling",
    cells: { done: 2, waiting: 4 },
  });
});

test("a run cancelled while it is scored keeps no scores of it", async () => {
  const { id: runId } = await create({ seedCount: 1 });
  for (let i = 0; i < 3; i++) await completeClaimed(worker, await claimOne(worker));
  const job = await claimOne(worker);
  await cancelRun({ ctx: person, input: { runId } });
  const { jobId, attemptId } = job;
  const late = { runtime: "test", elapsedMs: 1, picturesHash: "c".repeat(64), missing: 0, scores: [scoreOf("kid", 3)] };
  expect(await completeEvaluation({ ctx: worker, input: { jobId, attemptId, runId, ...late } })).toBe(true);
  expect(await base.db.prisma.score.count({ where: { runId } })).toBe(0);
  expect(await getRun({ ctx: person, input: { runId } })).toMatchObject({ status: "cancelled" });
});

test("a scoring that was cancelled and ends late does not end the one after it", async () => {
  const { id: runId } = await create({ seedCount: 1 });
  for (let i = 0; i < 3; i++) await completeClaimed(worker, await claimOne(worker));
  const first = await claimOne(worker);
  const second = await claimAfterCancel(runId);
  expect(second.jobId).not.toBe(first.jobId);
  const verdict = { kind: "cancelled" } as const;
  expect(await settleJob({ ctx: worker, input: { jobId: first.jobId, attemptId: first.attemptId, verdict } })).toBe(
    true,
  );
  expect(await getRun({ ctx: person, input: { runId } })).toMatchObject({ status: "scoring" });
  const third = await claimAfterCancel(runId);
  const late = { runtime: "test", elapsedMs: 1, picturesHash: "c".repeat(64), missing: 0, scores: [scoreOf("kid", 3)] };
  for (const [{ jobId, attemptId }, count] of [[second, 0] as const, [third, 1] as const]) {
    expect(await completeEvaluation({ ctx: worker, input: { jobId, attemptId, runId, ...late } })).toBe(true);
    expect(await base.db.prisma.score.count({ where: { runId } })).toBe(count);
  }
  expect(await getRun({ ctx: person, input: { runId } })).toMatchObject({ status: "done" });
});

/** Cancels a scoring without its worker's hearing of it, asks for another, and has a worker take that. */
async function claimAfterCancel(runId: string): Promise<WorkerJob> {
  await cancelRun({ ctx: person, input: { runId } });
  await scoreRun({ ctx: person, input: { runId, metrics: ["kid"] } });
  return claimOne(worker);
}

test("more seeds ask for the new cells only; more metrics for no picture at all", async () => {
  const { id: runId } = await create({ seedCount: 1 });
  for (let i = 0; i < 3; i++) await completeClaimed(worker, await claimOne(worker));
  await evaluate(runId);
  const extended = await extendRun({ ctx: person, input: { runId, seedCount: 3 } });
  expect(extended).toMatchObject({ status: "filling", cells: { total: 9, done: 3, waiting: 6 } });
  await expect(extendRun({ ctx: person, input: { runId, seedCount: 2 } })).rejects.toThrow("has 3 seeds already");
  for (let i = 0; i < 3; i++) await completeClaimed(worker, await claimOne(worker));
  await evaluate(runId);
  const more = await scoreRun({ ctx: person, input: { runId, metrics: ["diversity"] } });
  expect(more).toMatchObject({ status: "scoring", cells: { done: 9, waiting: 0 } });
  expect(more.metrics).toContain("diversity");
  await evaluate(runId, ["diversity"]);
  const scores = await base.db.prisma.score.findMany({ where: { runId }, orderBy: { metricId: "asc" } });
  expect(scores.map(({ metricId, n }) => [metricId, n])).toEqual([
    ["clip-score", 9],
    ["diversity", 9],
  ]);
});

test("many pictures that end at once settle a run exactly once", async () => {
  const { id: runId } = await create({ seedCount: 1 });
  const jobs = [await claimOne(worker), await claimOne(worker), await claimOne(worker)];
  await Promise.all(jobs.map((job) => completeClaimed(worker, job)));
  expect(await base.db.prisma.job.count({ where: { kind: "evaluate" } })).toBe(1);
  expect(await getRun({ ctx: person, input: { runId } })).toMatchObject({ status: "scoring" });
});

test("a run is refused for what its model cannot do, and for too much", async () => {
  await expect(create({ width: 512 })).rejects.toThrow("width is 512");
  await expect(create({ promptSetId: "prs_x" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(create({ seedCount: 0 })).rejects.toThrow("At least 1 seed");
  await expect(create({ metrics: ["fcn-accuracy" as never] })).rejects.toThrow("not scored by this metric");
  expect(await base.db.prisma.run.count({ where: { promptSetId } })).toBe(0);
});

test("bundled sets are there for every team, and an import with the same words is the same version", async () => {
  const sets = await listPromptSets({ ctx: person });
  expect(sets.filter(({ bundled }) => bundled).length).toBeGreaterThanOrEqual(2);
  const again = await importPromptSet({ ctx: person, input: { title: "Three", text: "one\ntwo\nthree\n" } });
  expect(again.promptSet).toMatchObject({ id: promptSetId, version: 1, promptCount: 3 });
  const next = await importPromptSet({ ctx: person, input: { title: "Three", text: "one\ntwo" } });
  expect(next.promptSet).toMatchObject({ version: 2, promptCount: 2 });
});

test("lists go on where they ended", async () => {
  const first = await create({ seedCount: 1 });
  const second = await create({ seedCount: 1 });
  const page = await listRuns({ ctx: person, input: { limit: 1 } });
  expect(page.runs.map(({ id }) => id)).toEqual([second.id]);
  const rest = await listRuns({ ctx: person, input: { limit: 5, cursor: page.nextCursor ?? "" } });
  expect(rest.runs.map(({ id }) => id)).toEqual([first.id]);
  const names = [second, first].map(({ id, name }) => ({ id, name }));
  expect(await listRunNames({ ctx: person })).toEqual(names);
});

test("features are kept once a file and extractor", async () => {
  const [extractorId, ...keys] = ["d", "e", "f"].map((letter) => letter.repeat(64));
  const [first = "", second = ""] = keys;
  const input = { extractorId: extractorId ?? "", features: [{ imageKey: first, vector: Uint8Array.of(1, 2, 3, 4) }] };
  await storeFeatures({ ctx: worker, input });
  await storeFeatures({ ctx: worker, input: { ...input, features: [{ imageKey: first, vector: Uint8Array.of(9) }] } });
  const asked = { extractorId: input.extractorId, imageKeys: [second, first, second] };
  expect(await findMissingFeatures({ ctx: worker, input: asked })).toEqual([second]);
  const found = await readFeatures({ ctx: worker, input: { ...asked, imageKeys: [first] } });
  expect(found.map((bytes) => [...bytes])).toEqual([[1, 2, 3, 4]]);
  await expect(readFeatures({ ctx: worker, input: asked })).rejects.toMatchObject({ code: "NOT_FOUND" });
});
