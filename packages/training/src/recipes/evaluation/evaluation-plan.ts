import { createHash } from "node:crypto";
import { canonicalJson } from "@mezzotint/contracts/json";
import type { ImageTowerSize } from "../../models/image-tower.ts";
import type { SegmenterSize } from "../../models/segmenter.ts";
import type { CheckpointIdentity } from "../../trainer/checkpoint.ts";
import { type ModulePlan, PACK_PLANS, type PackPlan } from "../pack-plan.ts";

/** Everything that decides an evaluation pack but its data, its seed and the model whose text tower it takes. */
export interface EvaluationPlan {
  readonly name: string;
  /** The pack whose text tower judges. */
  readonly text: PackPlan;
  readonly tower: ImageTowerSize;
  readonly segmenter: Omit<SegmenterSize, "classes">;
  readonly plans: { readonly "clip-image": ModulePlan; readonly fcn: ModulePlan };
}

export type EvaluationModuleName = keyof EvaluationPlan["plans"];

/** The evaluation pack that ships. */
const MINI_EVAL: EvaluationPlan = {
  name: "mini-eval",
  text: PACK_PLANS.mini,
  tower: { side: 64, channels: [32, 128], width: 192, heads: 3, blocks: 3, outputs: 128 },
  segmenter: { channels: [48, 96, 160] },
  plans: {
    "clip-image": {
      batchSize: 64,
      schedule: { kind: "cosine", peak: 1.5e-3, warmupSteps: 60, floor: 0.03 },
      emaDecay: 0.99,
      seconds: 1_700,
    },
    fcn: {
      batchSize: 32,
      schedule: { kind: "cosine", peak: 2e-3, warmupSteps: 60, floor: 0.03 },
      emaDecay: 0.99,
      seconds: 1_500,
    },
  },
};

/** The same recipes at a size that trains in seconds, with the text tower of the pack that ships. */
const SMOKE_EVAL: EvaluationPlan = {
  name: "smoke-eval",
  text: PACK_PLANS.mini,
  tower: { side: 32, channels: [8, 16], width: 16, heads: 2, blocks: 1, outputs: 16 },
  segmenter: { channels: [8, 16, 16] },
  plans: {
    "clip-image": { ...MINI_EVAL.plans["clip-image"], batchSize: 16, emaDecay: 0.9, seconds: 5 },
    fcn: { ...MINI_EVAL.plans.fcn, batchSize: 8, emaDecay: 0.9, seconds: 5 },
  },
};

export const EVALUATION_PLANS = { "mini-eval": MINI_EVAL, "smoke-eval": SMOKE_EVAL } as const satisfies Record<
  string,
  EvaluationPlan
>;

/** What a checkpoint must agree with before it is continued: the recipe's name and the sizes that shape its weights. */
export function evaluationIdentity(plan: EvaluationPlan, module: EvaluationModuleName): CheckpointIdentity {
  const { side } = plan.tower;
  const sizes = {
    "clip-image": { side, tower: { ...plan.tower }, textWidth: plan.text.text.width },
    fcn: { side, segmenter: { ...plan.segmenter } },
  }[module];
  const recipeHash = createHash("sha256").update(canonicalJson(sizes)).digest("hex");
  return { recipeId: `${plan.name}/${module}`, recipeHash };
}
