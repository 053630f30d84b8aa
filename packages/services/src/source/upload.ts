import { SOURCE_KINDS, type SourceView } from "@mezzotint/contracts/source";
import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { keepSource, refuseViewer } from "./keep.ts";
import { readSourceHeader } from "./read-header.ts";

export const UploadSourceInput = z.object({ kind: z.enum(SOURCE_KINDS) });
export type UploadSourceInput = z.input<typeof UploadSourceInput>;

/** Keeps a picture or a mask to start from, as it was given. INVALID_INPUT or LIMIT_EXCEEDED with the numbers. */
export async function uploadSource(args: {
  ctx: ServiceContext;
  input: UploadSourceInput;
  bytes: Uint8Array;
}): Promise<SourceView> {
  const { ctx, bytes } = args;
  const { kind } = parseInput(UploadSourceInput, args.input);
  const membership = await requireMembership(ctx.db.prisma, requireUser(ctx));
  refuseViewer(membership);
  const { width, height } = readSourceHeader(bytes);
  const storageKey = await ctx.storage.put(bytes);
  const file = { kind, storageKey, width, height, sizeBytes: bytes.length };
  return transact(ctx, (tx) => keepSource(tx, file, { membership, now: ctx.now() }));
}
