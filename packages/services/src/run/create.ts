import { MezzotintError } from "@mezzotint/contracts/errors";
import { GenerationRequest, modelObjection, recipeOfRequest } from "@mezzotint/contracts/generation";
import { newId } from "@mezzotint/contracts/ids";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { PromptSetPrompt } from "@mezzotint/contracts/prompt-set";
import {
  RunRequest,
  usualRunMetrics,
  type RunRequestInput,
  type RunSettings,
  type RunView,
} from "@mezzotint/contracts/run";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { findModel } from "../model/find.ts";
import { parseInput } from "../parse-input.ts";
import { ensureBundledPromptSets } from "../prompt-set/bundled.ts";
import { promptSetNotFound } from "../prompt-set/get.ts";
import { visiblePromptSets } from "../prompt-set/view.ts";
import { transact } from "../transact.ts";
import { fillRun } from "./fill.ts";
import { readRun } from "./get.ts";

export const RUN_CELLS_MAX = 200_000;

/** Starts a run: its row first, then its pictures are asked for, some at a time, behind whatever people wait for. */
export async function createRun(args: { ctx: ServiceContext; input: RunRequestInput }): Promise<RunView> {
  const { ctx } = args;
  const request = parseInput(RunRequest, args.input);
  const membership = await requireMembership(ctx.db.prisma, requireUser(ctx));
  if (membership.role === "viewer") throw new MezzotintError("FORBIDDEN", "Viewers of a team cannot start runs in it.");
  const { teamId, userId } = membership;
  const { name, promptSetId, seedFirst, seedCount } = request;
  const runId = newId("run", ctx.now().getTime());
  await transact(ctx, async (tx) => {
    await ensureBundledPromptSets(tx);
    const promptSet = await tx.promptSet.findFirst({
      where: { AND: [{ id: promptSetId }, visiblePromptSets(teamId)] },
      select: { promptCount: true, prompts: true },
    });
    if (promptSet === null) throw promptSetNotFound(promptSetId);
    refuseTooMany(promptSet.promptCount, seedCount);
    const model = await findModel(tx, request.model);
    const settings = settingsOf(request, model);
    const metrics = request.metrics ?? usualRunMetrics(PromptSetPrompt.array().parse(promptSet.prompts));
    const described = { name, modelName: model.name, modelHash: model.hash, settings, metrics };
    const cells = { promptSetId, seedFirst: BigInt(seedFirst).toString(), seedCount };
    await tx.run.create({ data: { id: runId, teamId, userId, ...described, ...cells, createdAt: ctx.now() } });
  });
  await fillRun(ctx, runId);
  return readRun(ctx.db.prisma, runId, membership);
}

export function refuseTooMany(prompts: number, seeds: number): void {
  if (prompts * seeds <= RUN_CELLS_MAX) return;
  const asked = `${prompts} prompts with ${seeds} seeds are ${prompts * seeds} pictures`;
  throw new MezzotintError("INVALID_INPUT", `${asked}; a run has at most ${RUN_CELLS_MAX}.`);
}

function settingsOf(request: RunRequest, model: ModelInfo): RunSettings {
  const { model: modelName, negativePrompt, steps, guidanceScale, scheduler, width, height } = request;
  const shared = { negativePrompt, steps, guidanceScale, scheduler, width, height };
  // A stand-in for the prompts of the cells: the schema wants one, and the settings leave it out again.
  const asked = GenerationRequest.parse({ model: modelName, prompt: "prompt", ...shared });
  const objection = modelObjection(asked, model);
  if (objection !== null) throw new MezzotintError("INVALID_INPUT", objection);
  const { prompt: _prompt, seed: _seed, ...settings } = recipeOfRequest(asked, model, "0");
  return settings;
}
