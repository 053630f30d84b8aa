import { createHash } from "node:crypto";
import type { MetricId } from "@mezzotint/contracts/catalogue";
import { GenerationRequest, recipeOfRequest } from "@mezzotint/contracts/generation";
import { canonicalJson } from "@mezzotint/contracts/json";
import { protocolId, type Protocol } from "@mezzotint/contracts/protocol";
import type { Prisma } from "@mezzotint/db/prisma";
import { MODEL, requestOf } from "@mezzotint/services/testing/fixture";
import type { BenchDatabase } from "../serving/bench-database.ts";

export interface RunFilling {
  readonly runs: number;
  readonly prompts: number;
  readonly teamId: string;
  readonly userId: string;
}

const EXTRACTOR = "e".repeat(64);
const GROUPS = 20;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** What runs are scored by unless told, and the Fréchet-like rest of the table. */
const METRICS = [
  "clip-score",
  "prompt-class-accuracy",
  "frechet-distance",
  "kid",
  "cmmd",
  "precision",
  "recall",
  "density",
  "coverage",
  "diversity",
] as const satisfies readonly MetricId[];
const PER_PICTURE: readonly MetricId[] = ["clip-score", "prompt-class-accuracy"];
/**
 * Finished runs of one prompt set with one picture a prompt, ten scores a run and two votes a pair, all rows as the product
 * leaves them.
 */
export async function fillRuns({ db }: BenchDatabase, filling: RunFilling): Promise<readonly string[]> {
  const { runs, prompts, teamId, userId } = filling;
  const { prisma } = db;
  const promptSetId = "pset_bench";
  const list = Array.from({ length: prompts }, (_, i) => ({ text: `prompt ${i} of a bench`, group: "objects" }));
  const described = { name: "bench", title: "Bench", version: 1, licence: "", description: "", promptCount: prompts };
  const hash = sha256(canonicalJson(list));
  await prisma.promptSet.create({ data: { id: promptSetId, teamId, prompts: list, hash, ...described } });
  await prisma.model.create({ data: { hash: MODEL.hash, name: MODEL.name, info: MODEL } });
  const runIds = Array.from({ length: runs }, (_, run) => `run_bench_${String(run).padStart(3, "0")}`);
  const {
    prompt: _prompt,
    seed: _seed,
    ...settings
  } = recipeOfRequest(GenerationRequest.parse(requestOf()), MODEL, "0");
  const now = new Date();
  await prisma.run.createMany({
    data: runIds.map((id, run) => ({
      id,
      teamId,
      userId,
      name: `run ${run}`,
      modelName: MODEL.name,
      modelHash: MODEL.hash,
      settings: { ...settings, steps: run + 1 },
      promptSetId,
      seedFirst: "0",
      seedCount: 1,
      metrics: [...METRICS],
      status: "done" as const,
      finishedAt: now,
    })),
  });
  await writeCells(db, filling);
  await prisma.score.createMany({ data: await scoreRows(runIds, prompts) });
  await writeImageScores(db);
  await writeVotes(db, filling);
  await prisma.$executeRaw`ANALYZE`;
  return runIds;
}

/** Recipe, job, generation and picture of every cell, written by the database. */
async function writeCells({ pool }: BenchDatabase["db"], filling: RunFilling): Promise<void> {
  const { runs, prompts, teamId, userId } = filling;
  const cells = `generate_series(0, ${runs - 1}) AS r, generate_series(0, ${prompts - 1}) AS p`;
  const name = "lpad(r::text, 3, '0') || '_' || lpad(p::text, 5, '0')";
  const hash = "encode(sha256((r || ' ' || p)::text::bytea), 'hex')";
  await pool.query(
    `INSERT INTO recipe (id, content, prompt, model_name, model_hash)
    SELECT ${hash}, '{}', 'prompt ' || p || ' of a bench', 'bench', $1 FROM ${cells}`,
    [MODEL.hash],
  );
  await pool.query(
    `INSERT INTO job (id, kind, lane, team_id, user_id, payload, model_hash, cost_seconds, state, finished_at)
    SELECT 'job_' || ${name}, 'generate', 'batch'::job_lane, $1, $2, '{}', $3, 1, 'done', now() FROM ${cells}`,
    [teamId, userId, MODEL.hash],
  );
  await pool.query(
    `INSERT INTO generation (id, team_id, user_id, recipe_id, job_id, count, status, finished_at, run_id, prompt_index, seed_index)
    SELECT 'gen_' || ${name}, $1, $2, ${hash}, 'job_' || ${name}, 1, 'succeeded', now(),
      'run_bench_' || lpad(r::text, 3, '0'), p, 0 FROM ${cells}`,
    [teamId, userId],
  );
  await pool.query(
    `INSERT INTO image (id, team_id, user_id, generation_id, index, recipe_id, seed, width, height, size_bytes, storage_key)
    SELECT 'img_' || ${name}, $1, $2, 'gen_' || ${name}, 0, ${hash}, '0', 64, 64, 9000, ${hash} FROM ${cells}`,
    [teamId, userId],
  );
}

async function scoreRows(runIds: readonly string[], n: number): Promise<Prisma.ScoreCreateManyInput[]> {
  // Shares that scatter evenly; nothing here needs to be random.
  let drawn = 0;
  const share = (): number => (++drawn * GOLDEN) % 1;
  const rows = METRICS.flatMap((metric) => runIds.map((runId) => ({ runId, protocol: protocolOf(metric, n) })));
  return Promise.all(
    rows.map(async ({ runId, protocol }) => {
      const value = 0.5 + 0.1 * share();
      return {
        runId,
        metricId: protocol.metric,
        protocolId: await protocolId(protocol),
        protocol,
        value,
        low: value - 0.02,
        high: value + 0.02,
        level: 0.95,
        problem: null,
        n,
        missing: 0,
        picturesHash: sha256(runId),
        groups: sha256("groups"),
        details: { corrected: value, correctedLow: value - 0.02, correctedHigh: value + 0.02 },
        leftOut: Array.from({ length: GROUPS }, () => value + 0.005 * (share() - 0.5)),
        seconds: 1,
      };
    }),
  );
}

function protocolOf(metric: MetricId, n: number): Protocol {
  return {
    metric,
    variant: null,
    extractor: EXTRACTOR,
    preprocessing: "clip pillow-bicubic 64 floor-crop 64x64 mean 0.5 0.5 0.5 deviation 0.5 0.5 0.5",
    dimensions: 128,
    reference: "f".repeat(64),
    n,
    convention: metric === "clip-score" ? "hundred-cosine" : null,
    unreadable: [],
  };
}

async function writeImageScores({ prisma }: BenchDatabase["db"]): Promise<void> {
  await prisma.$executeRaw`
    INSERT INTO image_score (run_id, metric_id, protocol_id, image_id, value)
    SELECT s.run_id, s.metric_id, s.protocol_id, i.id, s.value + 0.1 * (hashtext(i.id || s.metric_id) / 2147483648.0)
    FROM score s JOIN generation g ON g.run_id = s.run_id JOIN image i ON i.generation_id = g.id
    WHERE s.metric_id = ANY(${[...PER_PICTURE]})`;
}

/** Two votes on every pair of runs, on two prompts, mostly for the one with the higher score. */
async function writeVotes({ pool }: BenchDatabase["db"], { teamId, userId }: RunFilling): Promise<void> {
  await pool.query(
    `INSERT INTO vote (id, team_id, user_id, run_a_id, run_b_id, image_a_id, image_b_id, left_was, prompt_index, seed, winner)
    SELECT 'vote_' || ia.id || ib.id, $1, $2, a.run_id, b.run_id, ia.id, ib.id, 'a', p.i, '0',
      (CASE WHEN (a.value > b.value) = (hashtext(ia.id || ib.id) % 3 <> 0) THEN 'a' ELSE 'b' END)::vote_winner
    FROM score a
    JOIN score b ON b.metric_id = a.metric_id AND b.run_id > a.run_id
    CROSS JOIN generate_series(0, 1) AS p(i)
    JOIN image ia ON ia.id = 'img_' || right(a.run_id, 3) || '_' || lpad(p.i::text, 5, '0')
    JOIN image ib ON ib.id = 'img_' || right(b.run_id, 3) || '_' || lpad(p.i::text, 5, '0')
    WHERE a.metric_id = 'clip-score'`,
    [teamId, userId],
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
