import type { ImageView } from "@mezzotint/contracts/generation";
import type { Prisma } from "@mezzotint/db/prisma";
import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import type { Membership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { readReader, visibleImages } from "./reader.ts";
import { IMAGE_SELECT, viewImages } from "./view.ts";

export const ListImagesInput = z.object({
  scope: z.enum(["team", "public"]),
  /** Part of the prompt, in any case. */
  search: z.string().trim().max(200, "Search for at most 200 characters.").optional(),
  cursor: z.string().max(64).optional(),
  limit: z.int().min(1).max(100).default(40),
});
export type ListImagesInput = z.input<typeof ListImagesInput>;

/** Pictures of the team, or public ones of everybody, newest first. Anybody may read the public ones. */
export async function listImages(args: {
  ctx: ServiceContext;
  input: ListImagesInput;
}): Promise<{ images: ImageView[]; nextCursor: string | null }> {
  const { ctx } = args;
  const input = parseInput(ListImagesInput, args.input);
  if (input.scope === "team") requireUser(ctx);
  const { prisma } = ctx.db;
  const reader = await readReader(ctx, prisma);
  const rows = await prisma.image.findMany({
    where: { AND: [visibleImages(reader), inScope(input.scope, reader), matching(input.search), after(input.cursor)] },
    orderBy: { id: "desc" },
    take: input.limit + 1,
    select: IMAGE_SELECT,
  });
  const page = rows.slice(0, input.limit);
  const images = await viewImages(prisma, page, reader);
  return { images, nextCursor: rows.length > page.length ? (page.at(-1)?.id ?? null) : null };
}

function inScope(scope: "team" | "public", reader: Membership | null): Prisma.ImageWhereInput {
  if (scope === "public" || reader === null) return { visibility: "public" };
  // A run has thousands of pictures; they are seen with their run.
  return { teamId: reader.teamId, generation: { runId: null } };
}

function matching(search: string | undefined): Prisma.ImageWhereInput {
  if (search === undefined || search === "") return {};
  return { recipe: { prompt: { contains: literally(search), mode: "insensitive" } } };
}

/** Prisma hands `contains` to ILIKE as it is; these are the characters that mean something there. */
function literally(search: string): string {
  return search.replaceAll(/[\\%_]/g, "\\$&");
}

function after(cursor: string | undefined): Prisma.ImageWhereInput {
  return cursor === undefined ? {} : { id: { lt: cursor } };
}
