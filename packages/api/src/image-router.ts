import { getImage, GetImageInput } from "@mezzotint/services/image/get";
import { listImages, ListImagesInput } from "@mezzotint/services/image/list";
import { removeImage, RemoveImageInput } from "@mezzotint/services/image/remove";
import { restoreImage, RestoreImageInput } from "@mezzotint/services/image/restore";
import { setImageVisibility, SetImageVisibilityInput } from "@mezzotint/services/image/set-visibility";
import type { TRPCRouterRecord } from "@trpc/server";
import { publicProcedure, viewerProcedure } from "./trpc.ts";

export const imageRouter = {
  list: publicProcedure.input(ListImagesInput).query(({ ctx, input }) => listImages({ ctx: ctx.services, input })),
  get: publicProcedure.input(GetImageInput).query(({ ctx, input }) => getImage({ ctx: ctx.services, input })),
  setVisibility: viewerProcedure
    .input(SetImageVisibilityInput)
    .mutation(({ ctx, input }) => setImageVisibility({ ctx: ctx.services, input })),
  remove: viewerProcedure
    .input(RemoveImageInput)
    .mutation(({ ctx, input }) => removeImage({ ctx: ctx.services, input })),
  restore: viewerProcedure
    .input(RestoreImageInput)
    .mutation(({ ctx, input }) => restoreImage({ ctx: ctx.services, input })),
} satisfies TRPCRouterRecord;
