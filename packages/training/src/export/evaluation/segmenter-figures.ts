import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Segmenter } from "@mezzotint/evaluation/extractors/segmenter";
import {
  countConfusion,
  fcnScore,
  mergeConfusions,
  type Confusion,
  type FcnScore,
} from "@mezzotint/evaluation/metrics/fcn-score";
import { promptClass } from "@mezzotint/evaluation/metrics/prompt-class";
import type { Cutouts } from "../../recipes/evaluation/cutouts.ts";

/** How well a segmenter reads drawings of concepts it never saw: the ceiling of its scores. Shares in [0, 1]. */
export interface SegmenterFigures {
  readonly drawings: number;
  readonly score: FcnScore;
  /** Drawings whose largest class, background aside, is their group. */
  readonly groupTop1: number;
  /** Pixels told rightly from ground, whatever the group. */
  readonly outline: number;
}

/** Measures a segmenter on the drawings `places`; truth is their transparency and their group. */
export async function segmenterFigures(
  segmenter: Segmenter,
  cutouts: Cutouts,
  places: readonly number[],
): Promise<SegmenterFigures> {
  const classes = segmenter.classes.length;
  let confusion: Confusion | undefined;
  let [groups, outline] = [0, 0];
  for (let start = 0; start < places.length; start += segmenter.batchSize) {
    const batch = places.slice(start, start + segmenter.batchSize);
    const { side } = cutouts;
    const prepared = batch.map((place) =>
      segmenter.prepare({ data: cutouts.cutout(place).pixels, width: side, height: side }),
    );
    for (const [row, predicted] of (await segmenter.label(prepared)).entries()) {
      const place = batch[row] as number;
      const label = segmenter.classes.indexOf(cutouts.metadata(place).group);
      const truth = cutouts.cutout(place).alpha.map((alpha) => (alpha >= 128 ? label : 0));
      const counted = countConfusion({ truth, predicted, classes, ignoreLabel: null });
      confusion = confusion === undefined ? counted : mergeConfusions(confusion, counted);
      const { largest } = promptClass(predicted, { label, classes, background: segmenter.background });
      if (largest) groups++;
      outline += predicted.filter((value, at) => value > 0 === (truth[at] as number) > 0).length / truth.length;
    }
  }
  if (confusion === undefined) throw new MezzotintError("INVALID_INPUT", "segmenter: 0 drawings to measure it on");
  return {
    drawings: places.length,
    score: fcnScore(confusion, "pytorch-fcn"),
    groupTop1: groups / places.length,
    outline: outline / places.length,
  };
}
