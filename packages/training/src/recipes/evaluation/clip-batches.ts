import { augment } from "../../data/augment.ts";
import { sampleCaption, sampleColorCaption, saidColor, saidStyle } from "../../data/captions.ts";
import type { ColorName } from "../../data/dominant-color.ts";
import type { DrawingMetadata } from "../../data/metadata.ts";
import { recolorAtRandom, type Cutout } from "../../data/recolor.ts";
import { sampleWeight } from "../../data/sample-weight.ts";
import type { RandomStream } from "../../trainer/random.ts";
import { weightedSampler } from "../weighted-sampler.ts";
import { groupBy } from "./group-by.ts";
import type { Cutouts } from "./cutouts.ts";
import { isHeldOut } from "./held-out.ts";

export interface ClipBatch {
  readonly captions: readonly string[];
  /** f32[n, 3, side, side] in [-1, 1]. */
  readonly pixels: Float32Array;
  /** f32[n, n], rows that sum to 1: over the pictures caption i is true of; over the captions true of picture j. */
  readonly pictureShares: Float32Array;
  readonly captionShares: Float32Array;
}

/** Pictures of one concept that stand together in a batch, so that colour and style have to tell them apart. */
const FAMILY = 3;
/** Families in a batch of 64. */
const FAMILY_SHARE = 10 / 64;
const RECOLOR_SHARE = { alone: 0.3, family: 0.65 } as const;

/** Augmented drawings with captions, a part of them painted in colours they do not have. Held-out concepts never occur. */
export function clipBatches(cutouts: Cutouts, rows: number): (random: RandomStream) => ClipBatch {
  const known = Array.from({ length: cutouts.count }, (_, index) => index).filter(
    (index) => !isHeldOut(cutouts.metadata(index)),
  );
  const sample = weightedSampler(known.map((index) => Math.sqrt(sampleWeight(cutouts.metadata(index)))));
  const ofConcept = groupBy(known, (index) => cutouts.metadata(index).concept);
  const families = Math.floor(rows * FAMILY_SHARE);
  const volume = 3 * cutouts.side ** 2;
  return (random) => {
    const pixels = new Float32Array(rows * volume);
    const examples = Array.from({ length: rows }, (): Example => ({
      concept: "",
      color: null,
      style: "",
      caption: "",
    }));
    let first = 0;
    for (let row = 0; row < rows; row++) {
      const isInFamily = row < families * FAMILY;
      if (!isInFamily || row % FAMILY === 0) first = known[sample(random)] as number;
      const siblings = ofConcept.get(cutouts.metadata(first).concept) as number[];
      const index = isInFamily ? (siblings[random.integer(siblings.length)] as number) : first;
      const share = isInFamily ? RECOLOR_SHARE.family : RECOLOR_SHARE.alone;
      const metadata = cutouts.metadata(index);
      const drawn = maybeRecolored(cutouts.cutout(index), metadata, { random, share });
      examples[row] = { concept: metadata.concept, style: metadata.style, ...drawn };
      const mirrored = metadata.group !== "symbols" && metadata.group !== "flags";
      pixels.set(augment(drawn.cutout, random, { side: cutouts.side, mirrored }).planes, row * volume);
    }
    return { captions: examples.map(({ caption }) => caption), pixels, ...shares(examples) };
  };
}

interface Example {
  readonly concept: string;
  readonly color: ColorName | null;
  readonly style: string;
  readonly caption: string;
}

function maybeRecolored(
  cutout: Cutout,
  metadata: DrawingMetadata,
  { random, share }: { readonly random: RandomStream; readonly share: number },
): { readonly cutout: Cutout; readonly color: ColorName | null; readonly caption: string } {
  const uniform = (): number => random.uniform();
  const isWanted = random.uniform() < share;
  const painted = isWanted ? recolorAtRandom(cutout, metadata.color, random) : undefined;
  if (painted === undefined) return { cutout, color: metadata.color, caption: sampleCaption(metadata, uniform) };
  return { cutout: painted, color: painted.color, caption: sampleColorCaption(metadata, painted.color, uniform) };
}

/** A caption is true of its own picture and of those of its concept that have the colour and the style it says. */
function shares(examples: readonly Example[]): Pick<ClipBatch, "pictureShares" | "captionShares"> {
  const rows = examples.length;
  const truth = examples.map((one, i) => {
    const [color, style] = [saidColor(one.caption), saidStyle(one.caption)];
    return examples.map(
      (other, j) =>
        i === j ||
        (one.concept === other.concept &&
          (color === null || color === other.color) &&
          (style === null || style === other.style)),
    );
  });
  const pictureShares = new Float32Array(rows * rows);
  const captionShares = new Float32Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    const pictures = truth[i] as boolean[];
    const captions = truth.map((row) => row[i] as boolean);
    const [ofCaption, ofPicture] = [pictures, captions].map((list) => list.filter(Boolean).length) as [number, number];
    for (let j = 0; j < rows; j++) {
      if (pictures[j] === true) pictureShares[i * rows + j] = 1 / ofCaption;
      if (captions[j] === true) captionShares[i * rows + j] = 1 / ofPicture;
    }
  }
  return { pictureShares, captionShares };
}
