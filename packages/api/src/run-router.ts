import { RunExtension, RunRenaming, RunRequest, RunScoring } from "@mezzotint/contracts/run";
import { cancelRun } from "@mezzotint/services/run/cancel";
import { compareRuns, CompareRunsInput } from "@mezzotint/services/run/compare";
import { comparePrompts, ComparePromptsInput } from "@mezzotint/services/run/compare-prompts";
import { createRun } from "@mezzotint/services/run/create";
import { extendRun } from "@mezzotint/services/run/extend";
import { getRun, GetRunInput } from "@mezzotint/services/run/get";
import { listRuns, ListRunsInput } from "@mezzotint/services/run/list";
import { listRunNames } from "@mezzotint/services/run/names";
import { listRunPictures, ListRunPicturesInput } from "@mezzotint/services/run/pictures";
import { removeRun } from "@mezzotint/services/run/remove";
import { renameRun } from "@mezzotint/services/run/rename";
import { restoreRun } from "@mezzotint/services/run/restore";
import { resumeRun } from "@mezzotint/services/run/resume";
import { scoreRun } from "@mezzotint/services/run/score";
import type { TRPCRouterRecord } from "@trpc/server";
import { viewerProcedure } from "./trpc.ts";

export const runRouter = {
  create: viewerProcedure.input(RunRequest).mutation(({ ctx, input }) => createRun({ ctx: ctx.services, input })),
  list: viewerProcedure.input(ListRunsInput).query(({ ctx, input }) => listRuns({ ctx: ctx.services, input })),
  names: viewerProcedure.query(({ ctx }) => listRunNames({ ctx: ctx.services })),
  get: viewerProcedure.input(GetRunInput).query(({ ctx, input }) => getRun({ ctx: ctx.services, input })),
  pictures: viewerProcedure
    .input(ListRunPicturesInput)
    .query(({ ctx, input }) => listRunPictures({ ctx: ctx.services, input })),
  cancel: viewerProcedure.input(GetRunInput).mutation(({ ctx, input }) => cancelRun({ ctx: ctx.services, input })),
  resume: viewerProcedure.input(GetRunInput).mutation(({ ctx, input }) => resumeRun({ ctx: ctx.services, input })),
  extend: viewerProcedure.input(RunExtension).mutation(({ ctx, input }) => extendRun({ ctx: ctx.services, input })),
  score: viewerProcedure.input(RunScoring).mutation(({ ctx, input }) => scoreRun({ ctx: ctx.services, input })),
  rename: viewerProcedure.input(RunRenaming).mutation(({ ctx, input }) => renameRun({ ctx: ctx.services, input })),
  remove: viewerProcedure.input(GetRunInput).mutation(({ ctx, input }) => removeRun({ ctx: ctx.services, input })),
  restore: viewerProcedure.input(GetRunInput).mutation(({ ctx, input }) => restoreRun({ ctx: ctx.services, input })),
  compare: viewerProcedure.input(CompareRunsInput).query(({ ctx, input }) => compareRuns({ ctx: ctx.services, input })),
  comparePrompts: viewerProcedure
    .input(ComparePromptsInput)
    .query(({ ctx, input }) => comparePrompts({ ctx: ctx.services, input })),
} satisfies TRPCRouterRecord;
