import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { augment } from "../../data/augment.ts";
import { recolorAtRandom } from "../../data/recolor.ts";
import { segment, segmentationLoss } from "../../models/segmenter.ts";
import type { RandomStream } from "../../trainer/random.ts";
import { createTrainingStep } from "../../trainer/step-session.ts";
import { train } from "../../trainer/train.ts";
import type { RecipeContext, TrainingRecipe } from "../recipe.ts";
import { weightedSampler } from "../weighted-sampler.ts";
import { groupBy } from "./group-by.ts";
import { openCutouts, type Cutouts } from "./cutouts.ts";
import { evaluationIdentity, type EvaluationPlan } from "./evaluation-plan.ts";
import { isHeldOut } from "./held-out.ts";
import { SEGMENTER_CLASSES } from "./segmenter-classes.ts";

const CLASSES: readonly string[] = SEGMENTER_CLASSES;
/** Colour must not decide the class: generated things come in any. */
const RECOLOR_SHARE = 0.3;

/** Trains a fully convolutional network to tell ground from drawing, and what kind of thing is drawn. */
export function fcnRecipe(plan: EvaluationPlan): TrainingRecipe {
  return {
    name: `${plan.name}/fcn`,
    pack: plan.name,
    imageSide: plan.tower.side,
    seconds: plan.plans.fcn.seconds,
    summary: `pictures ${plan.tower.side} px -> ${CLASSES.length} classes for each pixel`,
    run: (context) => run(plan, context),
  };
}

async function run(plan: EvaluationPlan, context: RecipeContext) {
  const { batchSize, schedule, emaDecay } = plan.plans.fcn;
  const { side } = plan.tower;
  const next = labelledBatches(await openCutouts(context.folder, context.data), batchSize);
  const { arena, step, release } = await createTrainingStep({
    seed: context.seed,
    threads: context.threads,
    build: (graph, p) => {
      const pixels = graph.input("pixels", "float32", [batchSize, 3, side, side]);
      const truth = graph.input("truth", "float32", [batchSize, side * side, CLASSES.length]);
      const scores = segment(p, pixels, { ...plan.segmenter, classes: CLASSES.length });
      const { loss, accuracy } = segmentationLoss(scores, truth);
      return { loss, metrics: { accuracy } };
    },
  });
  try {
    return await train({
      ...context,
      arena,
      step,
      folder: path.join(context.folder, "fcn"),
      batchSize,
      schedule,
      emaDecay,
      identity: evaluationIdentity(plan, "fcn"),
      batches: (_, random) => next(random),
      optimizer: { beta2: 0.98, weightDecay: 0.05 },
    });
  } finally {
    await release();
  }
}

/** Groups are shown in proportion to the root of their size, so that flags and activities count. */
function labelledBatches(cutouts: Cutouts, rows: number) {
  const known = Array.from({ length: cutouts.count }, (_, index) => index).filter(
    (index) => !isHeldOut(cutouts.metadata(index)),
  );
  const sizes = groupBy(known, (index) => cutouts.metadata(index).group);
  const sample = weightedSampler(
    known.map((index) => 1 / Math.sqrt(sizes.get(cutouts.metadata(index).group)?.length ?? 1)),
  );
  const area = cutouts.side ** 2;
  return (random: RandomStream) => {
    const pixels = new Float32Array(rows * 3 * area);
    const truth = new Float32Array(rows * area * CLASSES.length);
    for (let row = 0; row < rows; row++) {
      const index = known[sample(random)] as number;
      const { group, color } = cutouts.metadata(index);
      const original = cutouts.cutout(index);
      const isRecolored = random.uniform() < RECOLOR_SHARE;
      const drawn = (isRecolored ? recolorAtRandom(original, color, random) : undefined) ?? original;
      const mirrored = group !== "symbols" && group !== "flags";
      const { planes, cover } = augment(drawn, random, { side: cutouts.side, mirrored });
      pixels.set(planes, row * 3 * area);
      const label = classOfGroup(group);
      for (let place = 0; place < area; place++) {
        const isDrawn = (cover[place] as number) >= 0.5;
        truth[(row * area + place) * CLASSES.length + (isDrawn ? label : 0)] = 1;
      }
    }
    return {
      pixels: { dtype: "float32" as const, shape: [rows, 3, cutouts.side, cutouts.side], data: pixels },
      truth: { dtype: "float32" as const, shape: [rows, area, CLASSES.length], data: truth },
    };
  };
}

/** The class of a group. Throws INVALID_INPUT for a group no class stands for. */
export function classOfGroup(group: string): number {
  const found = CLASSES.indexOf(group);
  if (found > 0) return found;
  throw new MezzotintError("INVALID_INPUT", `group ${group}: none of ${CLASSES.slice(1).join(", ")}`);
}
