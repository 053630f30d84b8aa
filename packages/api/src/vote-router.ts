import { CastVote, NextPairRequest } from "@mezzotint/contracts/vote";
import { castVote } from "@mezzotint/services/vote/cast";
import { nextPair } from "@mezzotint/services/vote/next-pair";
import { readVoteTable } from "@mezzotint/services/vote/table";
import type { TRPCRouterRecord } from "@trpc/server";
import { viewerProcedure } from "./trpc.ts";

export const voteRouter = {
  /** A mutation: it opens a ballot, and asking twice must not answer from a cache. */
  nextPair: viewerProcedure.input(NextPairRequest).mutation(({ ctx, input }) => nextPair({ ctx: ctx.services, input })),
  cast: viewerProcedure.input(CastVote).mutation(({ ctx, input }) => castVote({ ctx: ctx.services, input })),
  table: viewerProcedure.input(NextPairRequest).query(({ ctx, input }) => readVoteTable({ ctx: ctx.services, input })),
} satisfies TRPCRouterRecord;
