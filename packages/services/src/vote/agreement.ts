import { METRIC_IDS, type MetricId } from "@mezzotint/contracts/catalogue";
import { METRIC_FACTS } from "@mezzotint/contracts/metric";
import { Protocol, protocolDifferences } from "@mezzotint/contracts/protocol";
import type { VoteAgreement } from "@mezzotint/contracts/vote";
import { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import { kendallTau } from "@mezzotint/statistics/kendall";
import { wilsonInterval } from "@mezzotint/statistics/wilson";

const RUNS_FOR_ORDER = 3;

interface Agreed {
  readonly metric: string;
  /** Votes whose winner had the higher, and the lower value. */
  readonly higher: number;
  readonly lower: number;
}

/**
 * How well each metric agrees with the votes: picture by picture where pictures have values of their own, and by the
 * order of the runs. `strengths` are the votes' own order, null when there is none.
 */
export async function readAgreement(
  tx: Transaction,
  asked: {
    readonly teamId: string;
    readonly runIds: readonly string[];
    readonly strengths: ReadonlyMap<string, number> | null;
  },
): Promise<VoteAgreement[]> {
  const agreed = await readAgreed(tx, asked);
  const scores = await tx.score.findMany({
    where: { runId: { in: [...asked.runIds] }, value: { not: null } },
    select: { runId: true, metricId: true, value: true, protocol: true },
  });
  return METRIC_IDS.flatMap((metric) => {
    const { better } = METRIC_FACTS[metric];
    if (better === null) return [];
    const own = agreed.find((row) => row.metric === metric);
    const values = comparableValues(
      scores.filter(({ metricId }) => metricId === metric),
      asked.runIds,
    );
    if (values.size === 0) return [];
    const right = (better === "higher" ? own?.higher : own?.lower) ?? 0;
    const votes = (own?.higher ?? 0) + (own?.lower ?? 0);
    return [
      {
        metric,
        votes,
        share: votes === 0 ? null : wilsonInterval(right, votes),
        tau: tauOf(values, { metric, ...asked }),
      },
    ];
  });
}

/** Values by run, of the scores that compare with the first run's one: an order over several protocols says nothing. */
function comparableValues(
  scores: readonly { readonly runId: string; readonly value: number | null; readonly protocol: unknown }[],
  runIds: readonly string[],
): Map<string, number> {
  const known = scores.flatMap(({ runId, value, protocol }) => {
    const parsed = Protocol.safeParse(protocol);
    return parsed.success && value !== null ? [{ runId, value, protocol: parsed.data }] : [];
  });
  const [first] = known.toSorted((a, b) => runIds.indexOf(a.runId) - runIds.indexOf(b.runId));
  if (first === undefined) return new Map();
  const equal = known.filter(({ protocol }) => protocolDifferences(protocol, first.protocol).length === 0);
  return new Map(equal.map(({ runId, value }) => [runId, value]));
}

/** Two pictures are held against each other where both were scored in one way; of how many pictures does not matter. */
function readAgreed(
  tx: Transaction,
  { teamId, runIds }: { readonly teamId: string; readonly runIds: readonly string[] },
): Promise<Agreed[]> {
  const runs = Prisma.join([...runIds]);
  return tx.$queryRaw<Agreed[]>`
    SELECT
      a.metric_id AS metric,
      count(*) FILTER (WHERE (a.value > b.value) = (v.winner = 'a'))::integer AS higher,
      count(*) FILTER (WHERE (a.value < b.value) = (v.winner = 'a'))::integer AS lower
    FROM vote v
    JOIN image_score a ON a.image_id = v.image_a_id AND a.run_id = v.run_a_id
    JOIN image_score b ON b.image_id = v.image_b_id AND b.run_id = v.run_b_id AND b.metric_id = a.metric_id
    JOIN score sa ON (sa.run_id, sa.metric_id, sa.protocol_id) = (a.run_id, a.metric_id, a.protocol_id)
    JOIN score sb ON (sb.run_id, sb.metric_id, sb.protocol_id) = (b.run_id, b.metric_id, b.protocol_id)
      AND sa.protocol - ARRAY['n', 'reference', 'unreadable'] = sb.protocol - ARRAY['n', 'reference', 'unreadable']
    WHERE v.team_id = ${teamId} AND v.run_a_id IN (${runs}) AND v.run_b_id IN (${runs})
      AND v.winner <> 'tie' AND a.value <> b.value
    GROUP BY a.metric_id`;
}

function tauOf(
  values: ReadonlyMap<string, number>,
  { metric, strengths }: { readonly metric: MetricId; readonly strengths: ReadonlyMap<string, number> | null },
): number | null {
  if (strengths === null || values.size < RUNS_FOR_ORDER) return null;
  const sign = METRIC_FACTS[metric].better === "lower" ? -1 : 1;
  const runs = [...values.keys()];
  return kendallTau(
    runs.map((runId) => sign * (values.get(runId) ?? 0)),
    runs.map((runId) => strengths.get(runId) ?? 0),
  );
}
