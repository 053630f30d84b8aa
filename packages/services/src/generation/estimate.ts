import type { Transaction } from "@mezzotint/db/transaction";

/** How long a model's pictures took lately, in device seconds for one step of one pixel. */
export interface Pace {
  readonly likely: number;
  /** Nine of ten took no longer. */
  readonly atMost: number;
}

/** The latest generations of the model that count. */
const SAMPLES_MAX = 50;
/** Before anything has been drawn with a model: a small model on a processor. */
const GUESS_SECONDS_PER_STEP = 0.1;

/** The median and the ninth decile of a model's latest generations; null before there is one. */
export async function readPace(tx: Transaction, modelHash: string): Promise<Pace | null> {
  const [measured] = await tx.$queryRaw<{ likely: number | null; atMost: number | null }[]>`
    -- mezzotint pace
    SELECT
      percentile_cont(0.5) WITHIN GROUP (ORDER BY per_step_and_pixel) AS likely,
      percentile_cont(0.9) WITHIN GROUP (ORDER BY per_step_and_pixel) AS "atMost"
    FROM (
      SELECT a.device_seconds / (
        g.count * (r.content->>'steps')::float8 * (r.content->>'width')::float8 * (r.content->>'height')::float8
      ) AS per_step_and_pixel
      FROM (
        SELECT id FROM job
        WHERE model_hash = ${modelHash} AND state = 'done'
        ORDER BY finished_at DESC LIMIT ${SAMPLES_MAX}
      ) AS latest
      JOIN attempt a ON a.job_id = latest.id AND a.outcome = 'succeeded'
      JOIN generation g ON g.job_id = latest.id
      JOIN recipe r ON r.id = g.recipe_id
    ) AS sample`;
  const { likely = null, atMost = null } = measured ?? {};
  return likely === null || atMost === null ? null : { likely, atMost };
}

/** The device seconds that so many pictures of a size will likely take. */
export function predictSeconds(
  pace: Pace | null,
  { recipe, count }: { recipe: { steps: number; width: number; height: number }; count: number },
): number {
  const { steps, width, height } = recipe;
  return pace === null ? count * steps * GUESS_SECONDS_PER_STEP : pace.likely * count * steps * width * height;
}
