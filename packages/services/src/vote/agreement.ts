import { METRIC_IDS, type MetricId } from "@mezzotint/contracts/catalogue";
import { METRIC_FACTS } from "@mezzotint/contracts/metric";
import { Protocol, protocolDifferences } from "@mezzotint/contracts/protocol";
import type { VoteAgreement } from "@mezzotint/contracts/vote";
import { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import { kendallTau } from "@mezzotint/statistics/kendall";
import { wilsonInterval } from "@mezzotint/statistics/wilson";

const RUNS_FOR_ORDER = 3;

/** Votes on pictures of two runs that one metric scored, each run by a protocol. */
interface Agreed {
  readonly metric: string;
  readonly runA: string;
  readonly protocolA: string;
  readonly runB: string;
  readonly protocolB: string;
  /** Votes whose winner had the higher, and the lower value. */
  readonly higher: number;
  readonly lower: number;
}

interface KnownScore {
  readonly runId: string;
  readonly metricId: string;
  readonly protocolId: string;
  readonly value: number | null;
  readonly protocol: Protocol;
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
  const [agreed, rows] = await Promise.all([
    readAgreed(tx, asked),
    tx.score.findMany({
      where: { runId: { in: [...asked.runIds] } },
      select: { runId: true, metricId: true, protocolId: true, value: true, protocol: true },
    }),
  ]);
  // A protocol of another version of this program is left out rather than misread.
  const scores = rows.flatMap(({ protocol, ...rest }): KnownScore[] => {
    const parsed = Protocol.safeParse(protocol);
    return parsed.success ? [{ ...rest, protocol: parsed.data }] : [];
  });
  const comparable = keepComparable(agreed, scores);
  return METRIC_IDS.flatMap((metric) => {
    const { better } = METRIC_FACTS[metric];
    if (better === null) return [];
    const own = comparable.filter((row) => row.metric === metric);
    const [higher, lower] = [
      own.reduce((sum, row) => sum + row.higher, 0),
      own.reduce((sum, row) => sum + row.lower, 0),
    ];
    const values = comparableValues(
      scores.filter(({ metricId }) => metricId === metric),
      asked.runIds,
    );
    if (values.size === 0) return [];
    const right = better === "higher" ? higher : lower;
    const votes = higher + lower;
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
function comparableValues(scores: readonly KnownScore[], runIds: readonly string[]): Map<string, number> {
  const known = scores.flatMap(({ runId, value, protocol }) => (value === null ? [] : [{ runId, value, protocol }]));
  const [first] = known.toSorted((a, b) => runIds.indexOf(a.runId) - runIds.indexOf(b.runId));
  if (first === undefined) return new Map();
  const equal = known.filter(({ protocol }) => protocolDifferences(protocol, first.protocol).length === 0);
  return new Map(equal.map(({ runId, value }) => [runId, value]));
}

/** Two pictures are held against each other where both were scored in one way; of how many pictures does not matter. */
function keepComparable(agreed: readonly Agreed[], scores: readonly KnownScore[]): readonly Agreed[] {
  const keyOf = (runId: string, metric: string, protocolId: string): string => [runId, metric, protocolId].join(" ");
  const known = new Map(scores.map((one) => [keyOf(one.runId, one.metricId, one.protocolId), one.protocol]));
  return agreed.filter(({ metric, runA, protocolA, runB, protocolB }) => {
    const [a, b] = [known.get(keyOf(runA, metric, protocolA)), known.get(keyOf(runB, metric, protocolB))];
    if (a === undefined || b === undefined) return false;
    return protocolDifferences(a, b).every((field) => field === "n" || field === "reference");
  });
}

function readAgreed(
  tx: Transaction,
  { teamId, runIds }: { readonly teamId: string; readonly runIds: readonly string[] },
): Promise<Agreed[]> {
  const runs = Prisma.join([...runIds]);
  return tx.$queryRaw<Agreed[]>`
    SELECT
      a.metric_id AS metric,
      a.run_id AS "runA", a.protocol_id AS "protocolA", b.run_id AS "runB", b.protocol_id AS "protocolB",
      count(*) FILTER (WHERE (a.value > b.value) = (v.winner = 'a'))::integer AS higher,
      count(*) FILTER (WHERE (a.value < b.value) = (v.winner = 'a'))::integer AS lower
    FROM vote v
    JOIN image_score a ON a.image_id = v.image_a_id AND a.run_id = v.run_a_id
    JOIN image_score b ON b.image_id = v.image_b_id AND b.run_id = v.run_b_id AND b.metric_id = a.metric_id
    WHERE v.team_id = ${teamId} AND v.run_a_id IN (${runs}) AND v.run_b_id IN (${runs})
      AND v.winner <> 'tie' AND a.value <> b.value
    GROUP BY a.metric_id, a.run_id, a.protocol_id, b.run_id, b.protocol_id`;
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
