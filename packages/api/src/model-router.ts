import { listModels } from "@mezzotint/services/model/list";
import type { TRPCRouterRecord } from "@trpc/server";
import { viewerProcedure } from "./trpc.ts";

export const modelRouter = {
  list: viewerProcedure.query(({ ctx }) => listModels({ ctx: ctx.services })),
} satisfies TRPCRouterRecord;
