import { discardJob, DiscardJobInput } from "@mezzotint/services/admin/discard-job";
import { readOverview } from "@mezzotint/services/admin/read-overview";
import { releaseJob, ReleaseJobInput } from "@mezzotint/services/admin/release-job";
import type { TRPCRouterRecord } from "@trpc/server";
import { viewerProcedure } from "./trpc.ts";

/** For administrators of the installation; the verbs themselves refuse everybody else. */
export const adminRouter = {
  overview: viewerProcedure.query(({ ctx }) => readOverview({ ctx: ctx.services })),
  release: viewerProcedure
    .input(ReleaseJobInput)
    .mutation(({ ctx, input }) => releaseJob({ ctx: ctx.services, input })),
  discard: viewerProcedure
    .input(DiscardJobInput)
    .mutation(({ ctx, input }) => discardJob({ ctx: ctx.services, input })),
} satisfies TRPCRouterRecord;
