import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase } from "@mezzotint/db/client";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { ServiceContext } from "../context.ts";
import { announceModels } from "../model/announce.ts";
import { importPromptSet } from "../prompt-set/import.ts";
import { actAs, claimOne, completeClaimed, createWorker, MODEL, requestOf } from "../testing/fixture.ts";
import { nextPair } from "../vote/next-pair.ts";
import { readVoteTable } from "../vote/table.ts";
import { cancelRun } from "./cancel.ts";
import { comparePrompts } from "./compare-prompts.ts";
import { compareRuns } from "./compare.ts";
import { createRun } from "./create.ts";
import { extendRun } from "./extend.ts";
import { getRun } from "./get.ts";
import { listRuns } from "./list.ts";
import { listRunNames } from "./names.ts";
import { listRunPictures } from "./pictures.ts";
import { removeRun } from "./remove.ts";
import { renameRun } from "./rename.ts";
import { restoreRun } from "./restore.ts";
import { resumeRun } from "./resume.ts";
import { scoreRun } from "./score.ts";

// These tests draw and complete whole runs, which takes a while on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const folder = await mkdtemp(join(tmpdir(), "mezzotint-remove-"));
const base: ServiceContext = {
  db: createDatabase(await useTestDatabase()),
  storage: createFileStorage(folder),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
let worker: ServiceContext;
let author: ServiceContext;
let colleague: ServiceContext;
let stranger: ServiceContext;
let promptSetId: string;

beforeAll(async () => {
  worker = await createWorker(base);
  await announceModels({ ctx: worker, input: { models: [MODEL] } });
});
beforeEach(async () => {
  const { prisma } = base.db;
  await prisma.job.deleteMany();
  const home = await createTeam(prisma, {});
  const memberOf = async (teamId: string) =>
    actAs(base, { kind: "user", ...(await createTeam(prisma, { teamId, role: "member" })) });
  author = await memberOf(home.teamId);
  colleague = await memberOf(home.teamId);
  stranger = actAs(base, { kind: "user", ...(await createTeam(prisma, {})) });
  const { promptSet } = await importPromptSet({ ctx: author, input: { title: "Two", text: "one\ntwo" } });
  promptSetId = promptSet.id;
});
afterAll(async () => {
  await base.db.close();
  await rm(folder, { recursive: true });
});

async function create(steps = 4): Promise<string> {
  const { prompt: _, ...settings } = requestOf({ steps });
  return (await createRun({ ctx: author, input: { ...settings, name: `${steps} steps`, promptSetId } })).id;
}

/** A run with both of its pictures, cancelled before anybody scored it. */
async function draw(steps?: number): Promise<string> {
  const runId = await create(steps);
  for (let i = 0; i < 2; i++) await completeClaimed(worker, await claimOne(worker));
  await cancelRun({ ctx: author, input: { runId } });
  return runId;
}

test("a run has another name at once, by the rules of the first one, also while it is drawn", async () => {
  const runId = await create();
  expect(await renameRun({ ctx: author, input: { runId, name: "  few steps " } })).toMatchObject({
    name: "few steps",
    status: "filling",
  });
  expect(await listRunNames({ ctx: colleague })).toEqual([{ id: runId, name: "few steps" }]);
  await expect(renameRun({ ctx: author, input: { runId, name: "  " } })).rejects.toThrow("Give the run a name.");
  await expect(renameRun({ ctx: author, input: { runId, name: "x".repeat(101) } })).rejects.toThrow("at most 100");
});

test("a removed run is nowhere, and comes back with all it had", async () => {
  const [runId, other] = [await draw(), await draw(5)];
  const runIds = [runId, other];
  const before = await getRun({ ctx: author, input: { runId } });
  expect(before.cells.done).toBe(2);
  const reading: Record<string, () => Promise<unknown>> = {
    get: () => getRun({ ctx: author, input: { runId } }),
    compare: () => compareRuns({ ctx: author, input: { runIds } }),
    baseline: () => compareRuns({ ctx: author, input: { runIds: [other], baselineId: runId } }),
    prompts: () => comparePrompts({ ctx: author, input: { runId: other, baselineId: runId, metric: "clip-score" } }),
    pictures: () => listRunPictures({ ctx: author, input: { runIds } }),
    votes: () => readVoteTable({ ctx: author, input: { runIds } }),
    pair: () => nextPair({ ctx: author, input: { runIds } }),
  };
  const changing: Record<string, () => Promise<unknown>> = {
    rename: () => renameRun({ ctx: author, input: { runId, name: "again" } }),
    cancel: () => cancelRun({ ctx: author, input: { runId } }),
    resume: () => resumeRun({ ctx: author, input: { runId } }),
    extend: () => extendRun({ ctx: author, input: { runId, seedCount: 2 } }),
    score: () => scoreRun({ ctx: author, input: { runId, metrics: ["kid"] } }),
    remove: () => removeRun({ ctx: author, input: { runId } }),
  };
  for (const [verb, read] of Object.entries(reading)) await expect(read(), verb).resolves.not.toBeNull();

  await removeRun({ ctx: author, input: { runId } });
  for (const [verb, use] of Object.entries({ ...reading, ...changing })) {
    await expect(use(), verb).rejects.toMatchObject({ code: "NOT_FOUND" });
  }
  expect((await listRuns({ ctx: author, input: {} })).runs.map(({ id }) => id)).toEqual([other]);
  expect((await listRunNames({ ctx: author })).map(({ id }) => id)).toEqual([other]);

  expect(await restoreRun({ ctx: author, input: { runId } })).toEqual(before);
  for (const [verb, read] of Object.entries(reading)) await expect(read(), verb).resolves.not.toBeNull();
  expect((await listRuns({ ctx: author, input: {} })).runs.map(({ id }) => id)).toEqual([other, runId]);
  await expect(restoreRun({ ctx: author, input: { runId } })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a run that is drawn or scored must be cancelled before it is removed", async () => {
  const runId = await create();
  const remove = () => removeRun({ ctx: author, input: { runId } });
  await expect(remove()).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("cancel it") });
  for (let i = 0; i < 2; i++) await completeClaimed(worker, await claimOne(worker));
  expect(await getRun({ ctx: author, input: { runId } })).toMatchObject({ status: "scoring" });
  await expect(remove()).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("cancel it") });
  await cancelRun({ ctx: author, input: { runId } });
  await expect(remove()).resolves.toBeUndefined();
});

test("of removing and extending at the same moment one happens", async () => {
  const runId = await draw();
  const [removed, extended] = await Promise.allSettled([
    removeRun({ ctx: author, input: { runId } }),
    extendRun({ ctx: author, input: { runId, seedCount: 2 } }),
  ]);
  const [refused] = [removed, extended].flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(refused).toMatchObject({ code: removed.status === "rejected" ? "CONFLICT" : "NOT_FOUND" });
  const kept = await base.db.prisma.run.findUniqueOrThrow({ where: { id: runId } });
  expect(kept.seedCount).toBe(removed.status === "rejected" ? 2 : 1);
});

test("who may not change a run may not rename, remove or restore it", async () => {
  const runId = await draw();
  const changes = (ctx: ServiceContext) => [
    () => renameRun({ ctx, input: { runId, name: "mine" } }),
    () => removeRun({ ctx, input: { runId } }),
  ];
  for (const change of changes(colleague)) await expect(change()).rejects.toMatchObject({ code: "FORBIDDEN" });
  for (const change of changes(stranger)) await expect(change()).rejects.toMatchObject({ code: "NOT_FOUND" });
  await removeRun({ ctx: author, input: { runId } });
  await expect(restoreRun({ ctx: colleague, input: { runId } })).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(restoreRun({ ctx: stranger, input: { runId } })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await restoreRun({ ctx: author, input: { runId } })).toMatchObject({ name: "4 steps" });
});
