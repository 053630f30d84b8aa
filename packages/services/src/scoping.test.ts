import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase } from "@mezzotint/db/client";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ServiceContext } from "./context.ts";
import { cancelGeneration } from "./generation/cancel.ts";
import { completeGeneration } from "./generation/complete.ts";
import { getOrder } from "./generation/get-order.ts";
import { getGeneration } from "./generation/get.ts";
import { listGenerations } from "./generation/list.ts";
import { reportProgress } from "./generation/report-progress.ts";
import { requestGeneration } from "./generation/request.ts";
import { getImage } from "./image/get.ts";
import { listImages } from "./image/list.ts";
import { openImageFile } from "./image/open-file.ts";
import { removeImage } from "./image/remove.ts";
import { restoreImage } from "./image/restore.ts";
import { setImageVisibility } from "./image/set-visibility.ts";
import { claimJobs } from "./job/claim.ts";
import { heartbeat } from "./job/heartbeat.ts";
import { findMissingFeatures } from "./feature/find-missing.ts";
import { readFeatures } from "./feature/read.ts";
import { storeFeatures } from "./feature/store.ts";
import { getPromptSet } from "./prompt-set/get.ts";
import { importPromptSet } from "./prompt-set/import.ts";
import { cancelRun } from "./run/cancel.ts";
import { comparePrompts } from "./run/compare-prompts.ts";
import { compareRuns } from "./run/compare.ts";
import { completeEvaluation } from "./run/complete-evaluation.ts";
import { createRun } from "./run/create.ts";
import { extendRun } from "./run/extend.ts";
import { getEvaluation } from "./run/get-evaluation.ts";
import { getRun } from "./run/get.ts";
import { listRuns } from "./run/list.ts";
import { listRunNames } from "./run/names.ts";
import { listRunPictures } from "./run/pictures.ts";
import { reportScoring } from "./run/report-scoring.ts";
import { removeRun } from "./run/remove.ts";
import { renameRun } from "./run/rename.ts";
import { restoreRun } from "./run/restore.ts";
import { resumeRun } from "./run/resume.ts";
import { scoreRun } from "./run/score.ts";
import { settleJob } from "./job/settle.ts";
import { sweepJobs } from "./job/sweep.ts";
import { openStageFile } from "./image/open-stage-file.ts";
import { sourceFromImage } from "./source/from-image.ts";
import { openSourceFile } from "./source/open-file.ts";
import { announceModels } from "./model/announce.ts";
import { actAs, claimOne, completeClaimed, createWorker, MODEL, requestOf } from "./testing/fixture.ts";

const folder = await mkdtemp(join(tmpdir(), "mezzotint-scoping-"));
const base: ServiceContext = {
  db: createDatabase(await useTestDatabase()),
  storage: createFileStorage(folder),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
let owner: ServiceContext;
let colleague: ServiceContext;
let stranger: ServiceContext;
let intruder: ServiceContext;
let generationId: string;
let imageId: string;
let sourceId: string;
let promptSetId: string;
let runId: string;

beforeAll(async () => {
  const { prisma } = base.db;
  const home = await createTeam(prisma, { name: "Ada" });
  const away = await createTeam(prisma, { name: "Eve" });
  owner = actAs(base, { kind: "user", ...home });
  colleague = actAs(base, { kind: "user", ...(await createTeam(prisma, { teamId: home.teamId, role: "member" })) });
  stranger = actAs(base, { kind: "user", ...away });
  // Somebody who names a team they do not belong to.
  intruder = actAs(base, { kind: "user", userId: away.userId, teamId: home.teamId });
  const worker = await createWorker(base);
  await announceModels({ ctx: worker, input: { models: [MODEL] } });
  generationId = (await requestGeneration({ ctx: owner, input: requestOf({ prompt: "a Red_apple 100%" }) })).id;
  await completeClaimed(worker, await claimOne(worker));
  const [image] = (await getGeneration({ ctx: owner, input: { generationId } })).images;
  imageId = image?.id ?? "";
  sourceId = (await sourceFromImage({ ctx: owner, input: { imageId } })).id;
  promptSetId = (await importPromptSet({ ctx: owner, input: { title: "One", text: "one" } })).promptSet.id;
  const { prompt: _, ...settings } = requestOf();
  runId = (await createRun({ ctx: owner, input: { ...settings, name: "run", promptSetId } })).id;
});
afterAll(async () => {
  await base.db.close();
  await rm(folder, { recursive: true });
});

/** Every verb for people that names a row. */
const NAMING: Record<string, (ctx: ServiceContext) => Promise<unknown>> = {
  getGeneration: (ctx) => getGeneration({ ctx, input: { generationId } }),
  cancelGeneration: (ctx) => cancelGeneration({ ctx, input: { generationId } }),
  getImage: (ctx) => getImage({ ctx, input: { imageId } }),
  openImageFile: (ctx) => openImageFile({ ctx, input: { imageId } }),
  openStageFile: (ctx) => openStageFile({ ctx, input: { imageId, index: 0 } }),
  sourceFromImage: (ctx) => sourceFromImage({ ctx, input: { imageId } }),
  openSourceFile: (ctx) => openSourceFile({ ctx, input: { sourceId } }),
  setImageVisibility: (ctx) => setImageVisibility({ ctx, input: { imageId, visibility: "public" } }),
  removeImage: (ctx) => removeImage({ ctx, input: { imageId } }),
  restoreImage: (ctx) => restoreImage({ ctx, input: { imageId } }),
  getRun: (ctx) => getRun({ ctx, input: { runId } }),
  cancelRun: (ctx) => cancelRun({ ctx, input: { runId } }),
  resumeRun: (ctx) => resumeRun({ ctx, input: { runId } }),
  extendRun: (ctx) => extendRun({ ctx, input: { runId, seedCount: 2 } }),
  renameRun: (ctx) => renameRun({ ctx, input: { runId, name: "mine" } }),
  removeRun: (ctx) => removeRun({ ctx, input: { runId } }),
  restoreRun: (ctx) => restoreRun({ ctx, input: { runId } }),
  scoreRun: (ctx) => scoreRun({ ctx, input: { runId, metrics: ["kid"] } }),
  compareRuns: (ctx) => compareRuns({ ctx, input: { runIds: [runId] } }),
  comparePrompts: (ctx) => comparePrompts({ ctx, input: { runId, baselineId: runId, metric: "clip-score" } }),
  listRunPictures: (ctx) => listRunPictures({ ctx, input: { runIds: [runId] } }),
  getPromptSet: (ctx) => getPromptSet({ ctx, input: { promptSetId } }),
};

const LISTING: Record<string, (ctx: ServiceContext) => Promise<unknown>> = {
  listGenerations: (ctx) => listGenerations({ ctx, input: {} }),
  listImages: (ctx) => listImages({ ctx, input: { scope: "team" } }),
  listRuns: (ctx) => listRuns({ ctx, input: {} }),
  listRunNames: (ctx) => listRunNames({ ctx }),
};

const claim = { jobId: "job_x", attemptId: "att_x" };
const run = { provider: "cpu", runtime: "test", elapsedMs: 1 };
const WORKING: Record<string, (ctx: ServiceContext) => Promise<unknown>> = {
  claimJobs: (ctx) => claimJobs({ ctx, input: { leaseMs: 1 } }),
  heartbeat: (ctx) => heartbeat({ ctx, input: { ...claim, leaseMs: 1 } }),
  settleJob: (ctx) => settleJob({ ctx, input: { ...claim, verdict: { kind: "released" } } }),
  sweepJobs: (ctx) => sweepJobs({ ctx }),
  getOrder: (ctx) => getOrder({ ctx, input: { generationId } }),
  completeGeneration: (ctx) => completeGeneration({ ctx, input: { ...claim, ...run, generationId, images: [] } }),
  reportProgress: (ctx) =>
    reportProgress({ ctx, input: { ...claim, generationId, teamId: "team_x", step: 0, steps: 1, preview: null } }),
  announceModels: (ctx) => announceModels({ ctx, input: { models: [] } }),
  getEvaluation: (ctx) => getEvaluation({ ctx, input: { runId } }),
  reportScoring: (ctx) => reportScoring({ ctx, input: { ...claim, step: 0, steps: 1 } }),
  completeEvaluation: (ctx) =>
    completeEvaluation({
      ctx,
      input: { ...claim, runId, runtime: "test", elapsedMs: 1, picturesHash: "a".repeat(64), missing: 0, scores: [] },
    }),
  findMissingFeatures: (ctx) => findMissingFeatures({ ctx, input: { extractorId: "a".repeat(64), imageKeys: [] } }),
  readFeatures: (ctx) => readFeatures({ ctx, input: { extractorId: "a".repeat(64), imageKeys: [] } }),
  storeFeatures: (ctx) => storeFeatures({ ctx, input: { extractorId: "a".repeat(64), features: [] } }),
};

test.each(Object.entries(NAMING))("%s: to strangers the row does not exist", async (_, verb) => {
  await expect(verb(stranger)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(verb(intruder)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(verb(base)).rejects.toMatchObject({ code: expect.stringMatching(/^(UNAUTHENTICATED|NOT_FOUND)$/) });
});

test.each(Object.entries(LISTING))("%s: strangers see nothing of it", async (_, verb) => {
  expect(JSON.stringify(await verb(stranger))).not.toContain(generationId);
  await expect(verb(intruder)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(verb(base)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});

test.each(Object.entries(WORKING))("%s: is for workers only", async (_, verb) => {
  await expect(verb(owner)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(verb(base)).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("a colleague sees a picture of the team but may not change it; the author may", async () => {
  const seen = await getImage({ ctx: colleague, input: { imageId } });
  expect(seen).toMatchObject({ mine: false, authorName: "Ada", modelTitle: "Mezzotint mini", visibility: "team" });
  expect(seen.attempt).toEqual({ provider: "cpu", runtime: "test", elapsedMs: 12 });
  const change = setImageVisibility({ ctx: colleague, input: { imageId, visibility: "public" } });
  await expect(change).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(removeImage({ ctx: colleague, input: { imageId } })).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("searching takes the words as they are, in any case", async () => {
  const find = async (search: string) =>
    (await listImages({ ctx: owner, input: { scope: "team", search } })).images.map(({ id }) => id);
  expect(await find("red_APPLE")).toEqual([imageId]);
  expect(await find("100%")).toEqual([imageId]);
  expect(await find("red%apple")).toEqual([]);
  expect(await find("' OR true --")).toEqual([]);
});

test("a public picture is everybody's to see, until it is the team's again or removed", async () => {
  const listed = async () => (await listImages({ ctx: base, input: { scope: "public" } })).images.map(({ id }) => id);
  expect(await listed()).toEqual([]);
  await setImageVisibility({ ctx: owner, input: { imageId, visibility: "public" } });
  expect(await listed()).toEqual([imageId]);
  expect(await getImage({ ctx: stranger, input: { imageId } })).toMatchObject({ mine: false });
  const file = await openImageFile({ ctx: base, input: { imageId } });
  expect(file.fileName).toMatch(/^a-red-apple-100-\d+\.png$/);
  expect(file.etag).toMatch(/^"[0-9a-f]{64}"$/);
  await expect(removeImage({ ctx: stranger, input: { imageId } })).rejects.toMatchObject({ code: "NOT_FOUND" });

  await removeImage({ ctx: owner, input: { imageId } });
  expect(await listed()).toEqual([]);
  await expect(getImage({ ctx: owner, input: { imageId } })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await getGeneration({ ctx: owner, input: { generationId } })).images).toEqual([]);

  await expect(restoreImage({ ctx: colleague, input: { imageId } })).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(restoreImage({ ctx: stranger, input: { imageId } })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await restoreImage({ ctx: owner, input: { imageId } });
  expect(await listed()).toEqual([imageId]);
  await expect(restoreImage({ ctx: owner, input: { imageId } })).rejects.toMatchObject({ code: "NOT_FOUND" });
});
