import { MezzotintError } from "@mezzotint/contracts/errors";
import { NextPairRequest, type VotePair, type VoteRank, type VoteTable } from "@mezzotint/contracts/vote";
import { normalQuantile } from "@mezzotint/numeric/statistics/normal-distribution";
import { fitBradleyTerry, type BradleyTerry } from "@mezzotint/statistics/bradley-terry";
import { comparisonGroups } from "@mezzotint/statistics/comparison-graph";
import { countVotes, type Vote } from "@mezzotint/statistics/count-votes";
import type { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { readAgreement } from "./agreement.ts";
import { requireTeamRuns } from "./team-runs.ts";

export type VoteTableInput = z.input<typeof NextPairRequest>;

const LEVEL = 0.95;

interface PairCount {
  readonly a: string;
  readonly b: string;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

interface Fit {
  readonly fit: BradleyTerry | null;
  readonly problem: string | null;
}

/** How these runs stand by blind votes of the team: strengths, differences with intervals, and who agrees with them. */
export async function readVoteTable(args: { ctx: ServiceContext; input: VoteTableInput }): Promise<VoteTable> {
  const { prisma } = args.ctx.db;
  const { runIds } = parseInput(NextPairRequest, args.input);
  const reader = await requireMembership(prisma, requireUser(args.ctx));
  const names = await requireTeamRuns(prisma, runIds, reader);
  const where = { teamId: reader.teamId, runAId: { in: runIds }, runBId: { in: runIds } };
  const rows = await prisma.vote.groupBy({ by: ["runAId", "runBId", "winner"], where, _count: true });
  const voters = await prisma.vote.findMany({ where, distinct: ["userId"], select: { userId: true } });
  const pairs = countPairs(rows);
  const votes = pairs.reduce((sum, { wins, losses, ties }) => sum + wins + losses + ties, 0);
  const { fit, problem } = fitPairs(pairs, runIds);
  const strengths = new Map(runIds.map((id, place) => [id, fit?.strengths[place] ?? 0]));
  const ranks = fit === null ? [] : rankRuns({ runIds, names, pairs, strengths });
  return {
    votes,
    voters: voters.length,
    ranks,
    pairs: pairs.map((pair) => viewPair(pair, { fit, runIds })),
    problem,
    agreement: await readAgreement(prisma, {
      teamId: reader.teamId,
      runIds,
      strengths: fit === null ? null : strengths,
    }),
  };
}

function countPairs(
  rows: readonly { runAId: string; runBId: string; winner: "a" | "b" | "tie"; _count: number }[],
): PairCount[] {
  const pairs = new Map<string, PairCount>();
  for (const { runAId: a, runBId: b, winner, _count: count } of rows) {
    const key = `${a} ${b}`;
    const known = pairs.get(key) ?? { a, b, wins: 0, losses: 0, ties: 0 };
    const field = winner === "a" ? "wins" : winner === "b" ? "losses" : "ties";
    pairs.set(key, { ...known, [field]: known[field] + count });
  }
  return [...pairs.values()];
}

/** Without a prior where the votes allow it; one tie a pair where somebody never lost, and the table says so. */
function fitPairs(pairs: readonly PairCount[], runIds: readonly string[]): Fit {
  if (pairs.length === 0) return { fit: null, problem: "Nobody has voted on these runs yet." };
  const wins = countVotes(pairs.flatMap(votesOf), runIds);
  if (comparisonGroups(wins).length > 1) {
    const problem =
      "No ranking yet: some of these runs were never compared with the others, directly or through a third.";
    return { fit: null, problem };
  }
  try {
    return { fit: fitBradleyTerry(wins), problem: null };
  } catch (error) {
    if (!(error instanceof MezzotintError) || error.code !== "INVALID_INPUT") throw error;
    const problem =
      "A run won or lost all of its votes, so one tie was added to each pair; more votes make this needless.";
    return { fit: fitBradleyTerry(wins, { priorTies: 1 }), problem };
  }
}

function votesOf({ a: left, b: right, wins, losses, ties }: PairCount): Vote[] {
  const times = (count: number, outcome: Vote["outcome"]) =>
    Array.from({ length: count }, () => ({ left, right, outcome }));
  return [...times(wins, "left"), ...times(losses, "right"), ...times(ties, "tie")];
}

function rankRuns(args: {
  readonly runIds: readonly string[];
  readonly names: ReadonlyMap<string, string>;
  readonly pairs: readonly PairCount[];
  readonly strengths: ReadonlyMap<string, number>;
}): VoteRank[] {
  const { runIds, names, pairs, strengths } = args;
  const ranks = runIds.map((runId) => {
    const asA = pairs.filter(({ a }) => a === runId);
    const asB = pairs.filter(({ b }) => b === runId);
    const sum = (list: readonly PairCount[], field: "wins" | "losses" | "ties") =>
      list.reduce((total, pair) => total + pair[field], 0);
    return {
      runId,
      name: names.get(runId) ?? runId,
      strength: strengths.get(runId) ?? 0,
      wins: sum(asA, "wins") + sum(asB, "losses"),
      losses: sum(asA, "losses") + sum(asB, "wins"),
      ties: sum(asA, "ties") + sum(asB, "ties"),
    };
  });
  return ranks.toSorted((x, y) => y.strength - x.strength);
}

function viewPair(pair: PairCount, { fit, runIds }: { fit: BradleyTerry | null; runIds: readonly string[] }): VotePair {
  const votes = pair.wins + pair.losses + pair.ties;
  const [i, j] = [runIds.indexOf(pair.a), runIds.indexOf(pair.b)];
  const base = { runAId: pair.a, runBId: pair.b, wins: pair.wins, losses: pair.losses, ties: pair.ties, votes };
  if (fit === null) return { ...base, difference: null };
  const value = (fit.strengths[i] ?? 0) - (fit.strengths[j] ?? 0);
  const error = fit.standardErrorOfDifference.data[i * runIds.length + j] ?? 0;
  const reach = normalQuantile((1 + LEVEL) / 2) * error;
  return { ...base, difference: { value, low: value - reach, high: value + reach, level: LEVEL } };
}
