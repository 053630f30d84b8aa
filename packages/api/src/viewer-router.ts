import type { TRPCRouterRecord } from "@trpc/server";
import { publicProcedure } from "./trpc.ts";

export const viewerRouter = {
  get: publicProcedure.query(({ ctx }) => ctx.viewer),
} satisfies TRPCRouterRecord;
