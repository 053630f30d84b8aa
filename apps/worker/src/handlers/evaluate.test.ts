import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase } from "@mezzotint/db/client";
import { createTeam } from "@mezzotint/db/testing/create-team";
import {
  writeChannelSegmenter,
  writeColourClassifier,
  writeColourClip,
} from "@mezzotint/evaluation/testing/tiny-extractors";
import { encodePng } from "@mezzotint/image/encode-png";
import type { ServiceContext } from "@mezzotint/services/context";
import { importPromptSet } from "@mezzotint/services/prompt-set/import";
import { cancelRun } from "@mezzotint/services/run/cancel";
import { createRun } from "@mezzotint/services/run/create";
import { compareRuns } from "@mezzotint/services/run/compare";
import { comparePrompts } from "@mezzotint/services/run/compare-prompts";
import { getRun } from "@mezzotint/services/run/get";
import { scoreRun } from "@mezzotint/services/run/score";
import { actAs, requestOf } from "@mezzotint/services/testing/fixture";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runWorker, type RunningWorker } from "../run-worker.ts";
import { createPlainEngine } from "../testing/plain-engine.ts";

const databaseUrl = await useTestDatabase();
const folder = await mkdtemp(join(tmpdir(), "mezzotint-evaluate-"));
const base: ServiceContext = {
  db: createDatabase(databaseUrl),
  storage: createFileStorage(join(folder, "storage")),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
const REFERENCE = 8;
let person: ServiceContext;
let worker: RunningWorker;
let promptSetId: string;

beforeAll(async () => {
  const pack = join(folder, "models", "mini-eval");
  const pictures = join(pack, "reference", "pictures");
  await mkdir(pictures, { recursive: true });
  await writeColourClip(join(pack, "clip"));
  await writeColourClassifier(join(pack, "classifier"));
  await writeChannelSegmenter(join(pack, "fcn"), 8);
  for (let i = 0; i < REFERENCE; i++) {
    const data = Uint8Array.from({ length: 8 * 8 * 3 }, (_, place) => (place * 37 + i * 29) % 256);
    await writeFile(join(pictures, `${i}.png`), await encodePng({ width: 8, height: 8, data }));
  }
  const lines = Array.from({ length: REFERENCE }, (_, i) => {
    return JSON.stringify({ file_name: `${i}.png`, prompt: "g", group: i % 2 === 0 ? "green" : "blue" });
  });
  await writeFile(join(pictures, "metadata.jsonl"), lines.join("\n"));
  person = actAs(base, { kind: "user", ...(await createTeam(base.db.prisma)) });
  worker = await runWorker({
    environment: {
      databaseUrl,
      storageFolder: join(folder, "storage"),
      modelFolders: [join(folder, "models")],
      threads: 1,
      capacity: 1,
      lanes: ["interactive", "batch"],
    },
    engines: [createPlainEngine({ stepMs: 0 })],
    log: () => undefined,
  });
  const text = ["r", "g", "b", "r g", "g b", "b r"].join("\n");
  promptSetId = (await importPromptSet({ ctx: person, input: { title: "Letters", text } })).promptSet.id;
});
afterAll(async () => {
  await worker.stop(0);
  await base.db.close();
  await rm(folder, { recursive: true });
});

function startRun(steps: number): Promise<{ readonly id: string }> {
  const { prompt: _, ...settings } = requestOf({ steps });
  const metrics = ["clip-score" as const, "frechet-distance" as const, "kid" as const, "fid" as const];
  return createRun({ ctx: person, input: { ...settings, name: `${steps} steps`, promptSetId, seedCount: 2, metrics } });
}

async function untilStatus(runId: string, status: string): Promise<void> {
  await expect.poll(async () => (await getRun({ ctx: person, input: { runId } })).status).toBe(status);
}

test("a run is drawn, seen once, scored with intervals and compared; a metric more looks at no picture again", async () => {
  const [a, b] = [await startRun(2), await startRun(3)];
  await untilStatus(a.id, "done");
  await untilStatus(b.id, "done");
  const { prisma } = base.db;
  expect(await prisma.feature.count()).toBe(24 + REFERENCE);
  const { scores, columns } = await compareRuns({ ctx: person, input: { runIds: [a.id, b.id] } });
  expect(columns.map(({ metric }) => metric).toSorted()).toEqual(["clip-score", "fid", "frechet-distance", "kid"]);
  const own = scores[b.id] ?? {};
  for (const metric of ["clip-score", "frechet-distance", "kid"]) {
    const score = own[metric];
    expect(score, metric).toMatchObject({ n: 12, missing: 0, problem: null, differing: [] });
    expect(Number(score?.low), metric).toBeLessThan(Number(score?.high));
    expect(score?.difference, metric).toMatchObject({ paired: true, level: 0.95 });
  }
  expect(own["fid"]).toMatchObject({ value: null, problem: expect.stringContaining("models pull inception-fid") });
  const prompts = await comparePrompts({
    ctx: person,
    input: { runId: b.id, baselineId: a.id, metric: "clip-score" },
  });
  expect(prompts).toMatchObject({ problem: null, summary: { pairs: 12, prompts: 6 } });
  const differences = prompts.prompts.map(({ difference }) => difference);
  expect(differences).toEqual(differences.toSorted((x, y) => x - y));

  const before = await prisma.score.findMany({ where: { runId: a.id }, orderBy: { metricId: "asc" } });
  await scoreRun({ ctx: person, input: { runId: a.id, metrics: ["diversity"] } });
  await untilStatus(a.id, "done");
  const after = await prisma.score.findMany({ where: { runId: a.id }, orderBy: { metricId: "asc" } });
  expect(await prisma.feature.count()).toBe(24 + REFERENCE);
  for (const score of before.filter(({ problem }) => problem === null)) expect(after).toContainEqual(score);
  expect(after.find(({ metricId }) => metricId === "diversity")).toMatchObject({ n: 12, problem: null });
});

test("a cancelled scoring ends at once and can be taken up again", async () => {
  const { id: runId } = await startRun(4);
  await untilStatus(runId, "scoring");
  await cancelRun({ ctx: person, input: { runId } });
  await untilStatus(runId, "cancelled");
  await scoreRun({ ctx: person, input: { runId, metrics: ["kid"] } });
  await untilStatus(runId, "done");
  expect(await base.db.prisma.score.count({ where: { runId } })).toBe(4);
});

test(
  "a segmenter looks for the class that a prompt names, beside real pictures; a classifier serves the Inception Score",
  { timeout: 180_000 },
  async () => {
    const lines = ["green", "blue", "green", "blue", null].map((group, i) =>
      JSON.stringify({ prompt: `g ${i}`, group }),
    );
    const imported = await importPromptSet({ ctx: person, input: { title: "Classes", text: lines.join("\n") } });
    const { prompt: _, ...settings } = requestOf({ steps: 2 });
    const input = { ...settings, name: "classes", promptSetId: imported.promptSet.id, seedCount: 3 };
    const { id: runId, metrics } = await createRun({ ctx: person, input });
    expect(metrics).toContain("prompt-class-accuracy");
    await untilStatus(runId, "done");
    await scoreRun({ ctx: person, input: { runId, metrics: ["inception-score"] } });
    await untilStatus(runId, "done");
    const { scores } = await compareRuns({ ctx: person, input: { runIds: [runId] } });
    const own = scores[runId] ?? {};
    expect(own["prompt-class-accuracy"]).toMatchObject({
      n: 12,
      problem: null,
      protocol: { variant: "prompt-class", convention: "largest", dimensions: 3 },
      details: { ceiling: expect.toSatisfy((ceiling: number) => ceiling >= 0 && ceiling <= 1) },
    });
    expect(await base.db.prisma.imageScore.count({ where: { runId, metricId: "prompt-class-accuracy" } })).toBe(12);
    expect(own["inception-score"]).toMatchObject({
      n: 15,
      problem: null,
      protocol: { convention: "logits", variant: null },
    });
    expect(own["inception-score"]?.value).toBeGreaterThanOrEqual(1);
  },
);
