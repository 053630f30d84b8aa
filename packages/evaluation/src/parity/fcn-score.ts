import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import { countConfusion, fcnScore as scoreOf } from "../metrics/fcn-score.ts";
import type { ParityKind } from "./parity-kind.ts";

const Content = z.object({ classes: z.int().min(1), ignoreLabel: z.int().nullable().default(null) });

/** The figures of label maps in both conventions. */
export const fcnScore: ParityKind = {
  run: async ({ content, array }) => {
    const settings = Content.parse(content);
    const [truth, predicted] = [await array("truth"), await array("predicted")];
    if (truth.shape.join() !== predicted.shape.join()) {
      const shapes = `[${truth.shape.join(",")}] and [${predicted.shape.join(",")}]`;
      throw new MezzotintError("INVALID_INPUT", `label maps: expected equal shapes, got ${shapes}`);
    }
    const confusion = countConfusion({
      truth: Float64Array.from<number | bigint>(truth.data, Number),
      predicted: Float64Array.from<number | bigint>(predicted.data, Number),
      ...settings,
    });
    const [pytorchFcn, pix2pix] = [scoreOf(confusion, "pytorch-fcn"), scoreOf(confusion, "pix2pix")];
    return { expected: { "pytorch-fcn": { ...pytorchFcn }, pix2pix: { ...pix2pix } } };
  },
};
