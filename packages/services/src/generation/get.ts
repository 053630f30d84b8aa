import { MezzotintError } from "@mezzotint/contracts/errors";
import type { GenerationView } from "@mezzotint/contracts/generation";
import type { Transaction } from "@mezzotint/db/transaction";
import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership, type Membership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { GENERATION_SELECT, viewGenerations } from "./view.ts";

export const GetGenerationInput = z.object({ generationId: z.string().max(64) });
export type GetGenerationInput = z.input<typeof GetGenerationInput>;

/** One generation of the team. */
export async function getGeneration(args: { ctx: ServiceContext; input: GetGenerationInput }): Promise<GenerationView> {
  const { ctx } = args;
  const { generationId } = parseInput(GetGenerationInput, args.input);
  const membership = await requireMembership(ctx.db.prisma, requireUser(ctx));
  return readGeneration(ctx.db.prisma, generationId, membership);
}

export async function readGeneration(
  tx: Transaction,
  generationId: string,
  reader: Membership,
): Promise<GenerationView> {
  const row = await tx.generation.findFirst({
    where: { id: generationId, teamId: reader.teamId },
    select: GENERATION_SELECT,
  });
  const [view] = row === null ? [] : await viewGenerations(tx, [row], reader);
  if (view === undefined) throw generationNotFound(generationId);
  return view;
}

export function generationNotFound(generationId: string): MezzotintError {
  return new MezzotintError("NOT_FOUND", `Generation ${generationId} was not found.`);
}
