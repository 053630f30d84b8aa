import type { RunView } from "@mezzotint/contracts/run";
import type { Transaction } from "@mezzotint/db/transaction";
import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership, type Membership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { RUN_SELECT, runNotFound, viewRuns, visibleRuns } from "./view.ts";

export const GetRunInput = z.object({ runId: z.string().max(64) });
export type GetRunInput = z.input<typeof GetRunInput>;

/** One run of the team. */
export async function getRun(args: { ctx: ServiceContext; input: GetRunInput }): Promise<RunView> {
  const { ctx } = args;
  const { runId } = parseInput(GetRunInput, args.input);
  const reader = await requireMembership(ctx.db.prisma, requireUser(ctx));
  return readRun(ctx.db.prisma, runId, reader);
}

export async function readRun(tx: Transaction, runId: string, reader: Membership): Promise<RunView> {
  const row = await tx.run.findFirst({ where: { ...visibleRuns(reader.teamId), id: runId }, select: RUN_SELECT });
  const [view] = row === null ? [] : await viewRuns(tx, [row], reader);
  if (view === undefined) throw runNotFound(runId);
  return view;
}
