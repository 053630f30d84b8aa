import type { PackedDataSet } from "../../data/packed-data-set.ts";
import type { EvaluationPlan } from "../../recipes/evaluation/evaluation-plan.ts";
import { SEGMENTER_CLASSES } from "../../recipes/evaluation/segmenter-classes.ts";
import type { TrainedModule } from "../../recipes/trained-module.ts";
import type { EvaluationFigures } from "./export-evaluation-pack.ts";

export interface EvaluationCardOptions {
  readonly plan: EvaluationPlan;
  readonly data: PackedDataSet;
  readonly seed: number;
  readonly figures: EvaluationFigures;
  readonly trained: { readonly clipImage: TrainedModule; readonly fcn: TrainedModule };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The README of an evaluation pack: what judges, what it was trained on, how well it reads what it never saw, and what it cannot. */
export function evaluationCard({ plan, data, seed, figures, trained }: EvaluationCardOptions): string {
  const { clip, segmenter } = figures;
  return `# ${plan.name}

Two judges of generated drawings, trained from nothing in this repository, so that runs can be scored without any download:

- \`clip/\`: a CLIP model for ${plan.tower.side} x ${plan.tower.side} pixels (${plan.tower.outputs} values). The text side is the text encoder of \`models/${plan.text.name}\`,
  frozen, with a projection; the picture side was trained against it. Hub CLIP layout: CLIP score, Fréchet distance, KID, precision, recall, density, coverage, CMMD, memorisation.
- \`fcn/\`: a fully convolutional segmenter (${SEGMENTER_CLASSES.join(", ")}): FCN scores and prompt-class accuracy.
- \`reference/\`: ${clip.drawings} drawings of ${clip.concepts} concepts that neither judge was trained on, as pictures with their names and groups (\`metadata.jsonl\`), float16 features (\`held-out.npy\`) and statistics; statistics of all
  ${data.count} drawings; float16 features of the training drawings (\`training.npy\`, ids in \`training.json\`) for the memorisation rate.

Weights are float16, arithmetic is float32. \`figures.json\` holds the figures below.

## Warning

**Scores by this pack compare models of this kind only**: small pictures of single drawn things. They are not comparable with
scores by OpenAI's CLIP or by Inception, and a score's protocol says so: it names the weights. The text side is the one that \`${plan.text.name}\`
itself reads prompts with, so a word that \`${plan.text.name}\` does not understand is not understood here either; to compare other models with
\`${plan.text.name}\`, use a published CLIP beside it. The reference has ${clip.drawings} pictures: distances to it are shown but are noisier than the customary ones.

## Training

| recipe | steps | batch | hours |
|---|--:|--:|--:|
| ${plan.name}/clip-image | ${trained.clipImage.step} | ${plan.plans["clip-image"].batchSize} | ${hours(trained.clipImage)} |
| ${plan.name}/fcn | ${trained.fcn.step} | ${plan.plans.fcn.batchSize} | ${hours(trained.fcn)} |

Seed ${seed}, one thread; hours are wall-clock hours on a machine shared with other work. A tenth of the concepts, by hash, is held out; the man's and the woman's form of one thing
together; concepts of the bundled prompts never. Drawings were mirrored, moved, scaled, put on other grounds, softened, given noise and JPEG-like colours, and painted anew
in seven colours with captions that say the new colour, the combinations marked as unseen in the bundled prompts included: a judge must know them.

To repeat: \`mezzotint train ${plan.name}/clip-image\`, \`mezzotint train ${plan.name}/fcn\`, \`mezzotint train-export ${plan.name}\`.

## Figures on held-out drawings

| picture encoder, ${clip.drawings} drawings | right | by chance |
|---|--:|--:|
| English name among ${clip.concepts}, first | ${percent(clip.nameTop1)} | ${percent(1 / clip.concepts)} |
| English name among ${clip.concepts}, first five | ${percent(clip.nameTop5)} | ${percent(5 / clip.concepts)} |
| Chinese name among ${clip.concepts}, first | ${percent(clip.chineseNameTop1)} | ${percent(1 / clip.concepts)} |
| English name among all ${clip.allConcepts}, first | ${percent(clip.nameAmongAllTop1)} | ${percent(1 / clip.allConcepts)} |
| a drawing of the named concept among ${clip.drawings}, first (R@1) | ${percent(clip.drawingTop1)} | ${percent(1 / clip.concepts)} |
| the same, first five (R@5) | ${percent(clip.drawingTop5)} | ${percent(5 / clip.concepts)} |
| colour of ${clip.painted} painted drawings among 7, English | ${percent(clip.colorTop1)} | ${percent(1 / 7)} |
| the same, Chinese | ${percent(clip.chineseColorTop1)} | ${percent(1 / 7)} |
| style among 4 | ${percent(clip.styleTop1)} | ${percent(1 / 4)} |

The text encoder has read the names of all concepts, held-out ones included, when \`${plan.text.name}\` was trained; the picture encoder saw none of these drawings.

| segmenter, ${segmenter.drawings} drawings (pytorch-fcn's convention) | |
|---|--:|
| pixel accuracy | ${percent(segmenter.score.accuracy)} |
| class accuracy | ${percent(segmenter.score.classAccuracy)} |
| mean IU | ${percent(segmenter.score.meanIu)} |
| frequency-weighted IU | ${percent(segmenter.score.frequencyWeightedIu ?? Number.NaN)} |
| largest class is the drawing's group | ${percent(segmenter.groupTop1)} |
| pixels told rightly from ground | ${percent(segmenter.outline)} |

These are the ceiling: no generated picture can be expected to score higher.

## What it can and cannot judge

It tells whether a picture shows the kind of thing, the colour and, less surely, the style that a prompt names. It does not see counts, positions, writing or several things at once,
knows no photographs and nothing above ${plan.tower.side} pixels (larger pictures are reduced first). Groups overlap in what they look like (a person with a tool, a food that is a plant), which bounds the segmenter.

## Data and licences

| set | licence | source |
|---|---|---|
${data.manifest.sources.map(({ name, licence, source }) => `| ${name} | ${licence} | ${source} |`).join("\n")}

The pictures in \`reference/pictures\` are these drawings at ${plan.tower.side} pixels, under the licence of their set, which ends each file's name; those of twemoji are by Twitter and contributors, CC BY 4.0.
The weights are licensed under Apache-2.0.
`;
}

function hours({ elapsedSeconds }: TrainedModule): string {
  return (elapsedSeconds / 3600).toFixed(2);
}
