import type { Recipe } from "@mezzotint/contracts/recipe";
import type { Transaction } from "@mezzotint/db/transaction";

/** How long pictures take on one device, from what recent ones took. */
export interface Estimate {
  readonly likely: number;
  /** Nine of ten take no longer; null while nothing has been measured, and then `likely` is a guess. */
  readonly atMost: number | null;
}

/** The latest pictures of the model that count. */
const SAMPLES_MAX = 50;
/** Before anything has been drawn with a model: one step of a small model on a processor. */
const GUESS_SECONDS_PER_STEP = 0.1;

/**
 * Predicts the device seconds of `count` pictures of a recipe: the median and the ninth decile of the seconds per step
 * and pixel of the model's latest generations, times what is asked.
 */
export async function estimateSeconds(
  tx: Transaction,
  { recipe, count }: { recipe: Recipe; count: number },
): Promise<Estimate> {
  const { model, steps, width, height } = recipe;
  const [measured] = await tx.$queryRaw<{ likely: number | null; at_most: number | null }[]>`
    SELECT
      percentile_cont(0.5) WITHIN GROUP (ORDER BY per_step_and_pixel) AS likely,
      percentile_cont(0.9) WITHIN GROUP (ORDER BY per_step_and_pixel) AS at_most
    FROM (
      SELECT a.device_seconds / (
        g.count * (r.content->>'steps')::float8 * (r.content->>'width')::float8 * (r.content->>'height')::float8
      ) AS per_step_and_pixel
      FROM (
        SELECT id FROM job
        WHERE model_hash = ${model.hash} AND state = 'done' AND kind = 'generate'
        ORDER BY finished_at DESC LIMIT ${SAMPLES_MAX}
      ) AS latest
      JOIN attempt a ON a.job_id = latest.id AND a.outcome = 'succeeded'
      JOIN generation g ON g.job_id = latest.id
      JOIN recipe r ON r.id = g.recipe_id
    ) AS sample`;
  const asked = steps * count;
  const { likely = null, at_most: atMost = null } = measured ?? {};
  if (likely === null || atMost === null) return { likely: asked * GUESS_SECONDS_PER_STEP, atMost: null };
  const size = asked * width * height;
  return { likely: likely * size, atMost: atMost * size };
}
