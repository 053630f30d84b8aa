import { createHash } from "node:crypto";
import { canonicalJson } from "@mezzotint/contracts/json";
import type { CheckpointIdentity } from "../trainer/checkpoint.ts";
import { denoiserSize, type ModuleName, type PackPlan } from "./pack-plan.ts";

/** What a checkpoint must agree with before it is continued: the module's name and the sizes that shape its weights. */
export function checkpointIdentity(plan: PackPlan, module: ModuleName): CheckpointIdentity {
  const text = { ...plan.text, vocabulary: plan.vocabulary };
  const sizes = {
    "auto-encoder": { ...plan.autoEncoder },
    "text-encoder": { text, contrastWidth: plan.contrastWidth, latentChannels: plan.autoEncoder.latentChannels },
    denoiser: { text, denoiser: { ...denoiserSize(plan) } },
  }[module];
  const recipeHash = createHash("sha256")
    .update(canonicalJson({ imageSide: plan.imageSide, ...sizes }))
    .digest("hex");
  return { recipeId: `${plan.name}/${module}`, recipeHash };
}
