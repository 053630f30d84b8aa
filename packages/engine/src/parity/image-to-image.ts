import { z } from "zod";
import { recordedMask, recordedPicture } from "./arrays.ts";
import { LatentCaseShape, latentParts, runLatents } from "./latent-runs.ts";
import type { ParityKind } from "./parity-kind.ts";
import { TIMESTEP_TOLERANCE } from "./text-to-image.ts";

const Content = z.object({
  ...LatentCaseShape,
  strength: z.number(),
  width: z.int().optional(),
  height: z.int().optional(),
});
const tolerance = { timesteps: TIMESTEP_TOLERANCE };

/** Pictures from a picture and words; of the source's size, cut to whole latents, where the case names none. */
export const imageToImage: ParityKind = {
  tolerance,
  run: async ({ content, model, array }) => {
    const { pipeline, seeds, strength, ...rest } = Content.parse(content);
    const parts = latentParts(await model(pipeline));
    const image = recordedPicture(await array("source"));
    const { factor } = parts.latentSpace;
    const width = rest.width ?? image.width - (image.width % factor);
    const height = rest.height ?? image.height - (image.height % factor);
    const settings = { ...rest, width, height, source: { image, strength } };
    return runLatents(parts, { settings, seeds, sharesSource: false });
  },
};

/** Pictures that keep a part of another; of the model's own size where the case names none. */
export const inpaint: ParityKind = {
  tolerance,
  run: async ({ content, model: open, array }) => {
    const { pipeline, seeds, strength, ...rest } = Content.parse(content);
    const model = await open(pipeline);
    const image = recordedPicture(await array("source"));
    const mask = recordedMask(await array("mask"));
    const { width = model.info.defaults.width, height = model.info.defaults.height } = rest;
    const settings = { ...rest, width, height, source: { image, mask, strength } };
    return runLatents(latentParts(model), { settings, seeds, sharesSource: true });
  },
};
