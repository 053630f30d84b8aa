import type { CellPicture } from "@mezzotint/contracts/run";
import { Prisma } from "@mezzotint/db/prisma";
import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { requireTeamRuns } from "../vote/team-runs.ts";

export const ListRunPicturesInput = z.object({
  runIds: z.array(z.string().max(64)).min(1).max(50),
  /** Prompts from this one on. */
  promptFirst: z.int().min(0).default(0),
  promptCount: z.int().min(1).max(100).default(24),
});
export type ListRunPicturesInput = z.input<typeof ListRunPicturesInput>;

export interface RunPicture extends CellPicture {
  readonly runId: string;
  readonly prompt: string;
}

/** The pictures of runs for some prompts in a row, by prompt, seed and run. */
export async function listRunPictures(args: {
  ctx: ServiceContext;
  input: ListRunPicturesInput;
}): Promise<{ readonly pictures: RunPicture[]; readonly nextPrompt: number | null }> {
  const { prisma } = args.ctx.db;
  const { runIds, promptFirst, promptCount } = parseInput(ListRunPicturesInput, args.input);
  await requireTeamRuns(prisma, runIds, await requireMembership(prisma, requireUser(args.ctx)));
  const promptEnd = promptFirst + promptCount;
  const rows = await prisma.$queryRaw<Omit<RunPicture, "url">[]>`
    SELECT DISTINCT ON (g.prompt_index, g.seed_index + i.index, g.run_id)
      g.run_id AS "runId", i.id AS "imageId", g.prompt_index AS "promptIndex",
      g.seed_index + i.index AS "seedIndex", i.seed, i.width, i.height, r.prompt
    FROM generation g
    JOIN image i ON i.generation_id = g.id AND i.deleted_at IS NULL
    JOIN recipe r ON r.id = i.recipe_id
    WHERE g.run_id IN (${Prisma.join(runIds)})
      AND g.prompt_index >= ${promptFirst} AND g.prompt_index < ${promptEnd}
    ORDER BY g.prompt_index, g.seed_index + i.index, g.run_id, i.id DESC`;
  const { _max } = await prisma.promptSet.aggregate({
    where: { runs: { some: { id: { in: runIds } } } },
    _max: { promptCount: true },
  });
  const pictures = rows.map((row) => ({ ...row, url: `/files/${row.imageId}.png` }));
  return { pictures, nextPrompt: promptEnd < (_max.promptCount ?? 0) ? promptEnd : null };
}
