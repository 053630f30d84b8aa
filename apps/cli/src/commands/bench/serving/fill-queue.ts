import type { ModelInfo } from "@mezzotint/contracts/model";
import type { Database } from "@mezzotint/db/client";
import { MODEL } from "@mezzotint/services/testing/fixture";

export interface Filling {
  readonly jobs: number;
  readonly people: number;
  readonly workers: number;
  readonly modelHash: string;
}

/** People with a team each, workers that serve one model, and jobs spread over the people; written by the database. */
export async function fillQueue({ prisma, pool }: Database, filling: Filling): Promise<void> {
  const { people, workers, modelHash } = filling;
  // Whole, for later parts of a bench read the description of every model.
  const info: ModelInfo = { ...MODEL, name: "bench", hash: modelHash };
  await prisma.model.createMany({ data: { hash: modelHash, name: info.name, info }, skipDuplicates: true });
  await prisma.$executeRaw`
    INSERT INTO "user" (id, name, email) SELECT 'usr_' || n, 'Person ' || n, n || '@example.org'
    FROM generate_series(1, ${people}::integer) AS n`;
  await prisma.$executeRaw`
    INSERT INTO team (id, name, personal_user_id) SELECT 'team_' || n, 'Person ' || n, 'usr_' || n
    FROM generate_series(1, ${people}::integer) AS n`;
  await prisma.$executeRaw`
    INSERT INTO membership (team_id, user_id, role) SELECT 'team_' || n, 'usr_' || n, 'owner'
    FROM generate_series(1, ${people}::integer) AS n`;
  await prisma.$executeRaw`
    INSERT INTO worker (id, host_name, pid) SELECT 'wrk_' || n, 'machine ' || n, n
    FROM generate_series(1, ${workers}::integer) AS n`;
  await prisma.$executeRaw`
    INSERT INTO worker_model (worker_id, model_hash) SELECT 'wrk_' || n, ${modelHash}
    FROM generate_series(1, ${workers}::integer) AS n`;
  await writeJobs(pool, filling);
  await prisma.$executeRaw`ANALYZE`;
}

/** In one go: the line's index is built afterwards, and what a million rows refer to is known to be there. */
async function writeJobs(pool: Database["pool"], { jobs, people, modelHash }: Filling): Promise<void> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ indexdef: string }>(
      "SELECT indexdef FROM pg_indexes WHERE indexname = 'job_line_idx'",
    );
    await client.query("BEGIN");
    await client.query("SET LOCAL session_replication_role = replica");
    await client.query("SET LOCAL maintenance_work_mem = '256MB'");
    await client.query("DROP INDEX job_line_idx");
    await client.query(
      `INSERT INTO job (id, kind, lane, team_id, user_id, payload, model_hash, cost_seconds)
      SELECT
        'job_' || lpad(n::text, 9, '0'), 'generate',
        (CASE WHEN n / $2::integer % 5 = 0 THEN 'batch' ELSE 'interactive' END)::job_lane,
        'team_' || (n % $2::integer + 1), 'usr_' || (n % $2::integer + 1),
        '{"kind":"generate","generationId":"gen_bench"}', $3, 1 + n % 7
      FROM generate_series(1, $1::integer) AS n`,
      [jobs, people, modelHash],
    );
    for (const { indexdef } of rows) await client.query(indexdef);
    await client.query("SELECT restore_line()");
    await client.query("COMMIT");
  } finally {
    client.release();
  }
}
