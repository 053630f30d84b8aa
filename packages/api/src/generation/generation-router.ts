import { GenerationRequest } from "@mezzotint/contracts/generation";
import { cancelGeneration, CancelGenerationInput } from "@mezzotint/services/generation/cancel";
import { getGeneration, GetGenerationInput } from "@mezzotint/services/generation/get";
import { listGenerations, ListGenerationsInput } from "@mezzotint/services/generation/list";
import { requestGeneration } from "@mezzotint/services/generation/request";
import type { TRPCRouterRecord } from "@trpc/server";
import { viewerProcedure } from "../trpc.ts";
import { watchGenerations } from "./watch-generations.ts";

export const generationRouter = {
  request: viewerProcedure
    .input(GenerationRequest)
    .mutation(({ ctx, input }) => requestGeneration({ ctx: ctx.services, input })),
  get: viewerProcedure.input(GetGenerationInput).query(({ ctx, input }) => getGeneration({ ctx: ctx.services, input })),
  list: viewerProcedure
    .input(ListGenerationsInput)
    .query(({ ctx, input }) => listGenerations({ ctx: ctx.services, input })),
  cancel: viewerProcedure
    .input(CancelGenerationInput)
    .mutation(({ ctx, input }) => cancelGeneration({ ctx: ctx.services, input })),
  watch: viewerProcedure.subscription(({ ctx, signal }) =>
    watchGenerations({ ctx: ctx.services, listener: ctx.listener, teamId: ctx.viewer.teamId, signal }),
  ),
} satisfies TRPCRouterRecord;
