import { PromptSetImport } from "@mezzotint/contracts/prompt-set";
import { getPromptSet, GetPromptSetInput } from "@mezzotint/services/prompt-set/get";
import { importPromptSet } from "@mezzotint/services/prompt-set/import";
import { listPromptSets } from "@mezzotint/services/prompt-set/list";
import type { TRPCRouterRecord } from "@trpc/server";
import { viewerProcedure } from "./trpc.ts";

export const promptSetRouter = {
  list: viewerProcedure.query(({ ctx }) => listPromptSets({ ctx: ctx.services })),
  get: viewerProcedure.input(GetPromptSetInput).query(({ ctx, input }) => getPromptSet({ ctx: ctx.services, input })),
  import: viewerProcedure
    .input(PromptSetImport)
    .mutation(({ ctx, input }) => importPromptSet({ ctx: ctx.services, input })),
} satisfies TRPCRouterRecord;
