import type { Database } from "@mezzotint/db/client";

export interface Filling {
  readonly jobs: number;
  readonly people: number;
  readonly workers: number;
  readonly modelHash: string;
}

/** People with a team each, workers that serve one model, and jobs spread over the people; written by the database. */
export async function fillQueue({ prisma }: Database, filling: Filling): Promise<void> {
  const { jobs, people, workers, modelHash } = filling;
  await prisma.$executeRaw`INSERT INTO model (hash, name, info) VALUES (${modelHash}, 'bench', '{}') ON CONFLICT DO NOTHING`;
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
  await prisma.$executeRaw`
    INSERT INTO job (id, kind, lane, team_id, user_id, payload, model_hash, cost_seconds)
    SELECT
      'job_' || lpad(n::text, 9, '0'), 'generate',
      (CASE WHEN n % 5 = 0 THEN 'batch' ELSE 'interactive' END)::job_lane,
      'team_' || (n % ${people}::integer + 1), 'usr_' || (n % ${people}::integer + 1),
      '{"kind":"generate","generationId":"gen_bench"}', ${modelHash}, 1 + n % 7
    FROM generate_series(1, ${jobs}::integer) AS n`;
  await prisma.$executeRaw`ANALYZE`;
}
