import { sourceFromImage, SourceFromImageInput } from "@mezzotint/services/source/from-image";
import type { TRPCRouterRecord } from "@trpc/server";
import { viewerProcedure } from "./trpc.ts";

/** Files arrive by POST /api/sources: they are bytes, and large ones. */
export const sourceRouter = {
  fromImage: viewerProcedure
    .input(SourceFromImageInput)
    .mutation(({ ctx, input }) => sourceFromImage({ ctx: ctx.services, input })),
} satisfies TRPCRouterRecord;
