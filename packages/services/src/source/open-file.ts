import type { SourceFormat } from "@mezzotint/contracts/source";
import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { readSourceHeader } from "./read-header.ts";
import { sourceNotFound } from "./view.ts";

export const OpenSourceFileInput = z.object({ sourceId: z.string().max(64) });
export type OpenSourceFileInput = z.input<typeof OpenSourceFileInput>;

export interface SourceFileBytes {
  readonly bytes: Uint8Array;
  readonly format: SourceFormat;
  /** Quoted, as the HTTP header wants it; equal bytes have equal tags. */
  readonly etag: string;
}

/** The file of a source of the team, as it was given. */
export async function openSourceFile(args: {
  ctx: ServiceContext;
  input: OpenSourceFileInput;
}): Promise<SourceFileBytes> {
  const { ctx } = args;
  const { sourceId } = parseInput(OpenSourceFileInput, args.input);
  const { teamId } = await requireMembership(ctx.db.prisma, requireUser(ctx));
  const row = await ctx.db.prisma.sourceFile.findFirst({
    where: { id: sourceId, teamId },
    select: { storageKey: true },
  });
  if (row === null) throw sourceNotFound(sourceId);
  const bytes = await ctx.storage.get(row.storageKey);
  return { bytes, format: readSourceHeader(bytes).format, etag: `"${row.storageKey}"` };
}
