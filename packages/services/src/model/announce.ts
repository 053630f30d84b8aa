import { ModelInfo } from "@mezzotint/contracts/model";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";

export const AnnounceModelsInput = z.object({ models: z.array(ModelInfo).readonly() });
export type AnnounceModelsInput = z.input<typeof AnnounceModelsInput>;

/** Says which models this worker serves from now on: exactly these. Of two with the same content the first counts. */
export async function announceModels(args: { ctx: ServiceContext; input: AnnounceModelsInput }): Promise<void> {
  const { ctx } = args;
  const { workerId } = requireWorker(ctx);
  const announced = parseInput(AnnounceModelsInput, args.input).models;
  // A copied folder is the same model under another name, and rows know models by their content.
  const models = announced.filter(({ hash }, index) => announced.findIndex((other) => other.hash === hash) === index);
  const announcedAt = ctx.now();
  await transact(ctx, async (tx) => {
    for (const info of models) {
      const row = { name: info.name, info, announcedAt };
      await tx.model.upsert({ where: { hash: info.hash }, create: { hash: info.hash, ...row }, update: row });
    }
    await tx.workerModel.deleteMany({ where: { workerId } });
    await tx.workerModel.createMany({ data: models.map(({ hash }) => ({ workerId, modelHash: hash })) });
  });
}
