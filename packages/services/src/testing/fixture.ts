import type { GenerationRequestInput } from "@mezzotint/contracts/generation";
import { newId } from "@mezzotint/contracts/ids";
import { sha256Hex } from "@mezzotint/contracts/json";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { recipeId, recipeOfImage } from "@mezzotint/contracts/recipe";
import type { Actor, ServiceContext } from "../context.ts";
import { completeGeneration } from "../generation/complete.ts";
import { getOrder } from "../generation/get-order.ts";
import { claimJobs, type WorkerJob } from "../job/claim.ts";

/** A model of 64 pixels, for tests. */
export const MODEL: ModelInfo = {
  name: "mini",
  hash: "c".repeat(64),
  family: "latent-diffusion",
  title: "Mezzotint mini",
  description: "",
  licence: "Apache-2.0",
  sizeBytes: 1,
  sizeMultiple: 8,
  fixedSize: true,
  defaults: { steps: 4, guidanceScale: 3, width: 64, height: 64, scheduler: "FlowMatchEulerDiscreteScheduler" },
  source: "optional",
  mask: "optional",
  schedulers: [{ _class_name: "FlowMatchEulerDiscreteScheduler", shift: 1 }],
  styles: [],
  examples: [],
};

export function requestOf(changes: Partial<GenerationRequestInput> = {}): GenerationRequestInput {
  const { steps, guidanceScale, width, height, scheduler } = MODEL.defaults;
  return { model: MODEL.name, prompt: "red apple", steps, guidanceScale, width, height, scheduler, ...changes };
}

export function actAs(ctx: ServiceContext, actor: Actor): ServiceContext {
  return { ...ctx, actor };
}

/** A worker row without a session: enough to claim, and dead to the sweep. */
export async function createWorker(ctx: ServiceContext): Promise<ServiceContext> {
  const workerId = newId("worker");
  await ctx.db.prisma.worker.create({ data: { id: workerId, hostName: "test", pid: 1 } });
  return actAs(ctx, { kind: "worker", workerId });
}

export async function claimOne(worker: ServiceContext): Promise<WorkerJob> {
  const [job] = await claimJobs({ ctx: worker, input: { leaseMs: 60_000 } });
  if (job === undefined) throw new Error("nothing to claim");
  return job;
}

/** Completes a claimed generation with bytes that are no picture, different for each recipe. */
export async function completeClaimed(
  worker: ServiceContext,
  job: WorkerJob,
  stages: readonly string[] = [],
): Promise<boolean> {
  if (job.payload.kind !== "generate") throw new Error(`claimed ${job.payload.kind}`);
  const { generationId } = job.payload;
  const order = await getOrder({ ctx: worker, input: { generationId } });
  const images = await Promise.all(
    Array.from({ length: order.count }, async (_, index) => {
      const id = await recipeId(recipeOfImage(order.recipe, index));
      const bytes = new TextEncoder().encode(await sha256Hex(id));
      const storageKey = await worker.storage.put(bytes);
      const file = { storageKey, width: 64, height: 64, sizeBytes: bytes.length };
      return { recipeId: id, ...file, stages: stages.map((name) => ({ name, seed: "7", elapsedMs: 1.6, ...file })) };
    }),
  );
  const { jobId, attemptId } = job;
  const run = { provider: "cpu", runtime: "test", elapsedMs: 12.4 };
  return completeGeneration({ ctx: worker, input: { jobId, attemptId, generationId, ...run, images } });
}
