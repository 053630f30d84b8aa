import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import { prepareUnclip, unclipCourse, unclipPicture } from "../families/unclip.ts";
import { unitPicture } from "../families/unit-picture.ts";
import { createGenerator } from "../random-generators.ts";
import { drawPictures } from "../step-machine/draw-pictures.ts";
import { channelsLast, stack } from "./arrays.ts";
import type { ParityKind } from "./parity-kind.ts";

const Content = z.object({
  pipeline: z.string(),
  prompt: z.string(),
  negativePrompt: z.string().nullish(),
  seeds: z.array(z.int()).min(1),
  priorSteps: z.int().min(1),
  decoderSteps: z.int().min(1),
  superResolutionSteps: z.int().min(1),
  priorGuidanceScale: z.number(),
  decoderGuidanceScale: z.number(),
});

/** Whole unCLIP runs, one generator a seed: the prior's embeddings and the enlarged pictures. */
export const unclip: ParityKind = {
  run: async ({ content, model }) => {
    const given = Content.parse(content);
    const { parts, info } = await model(given.pipeline);
    if (parts.family !== "unclip") {
      throw new MezzotintError("UNSUPPORTED", `${info.name}: expected unCLIP, it is ${parts.family}`);
    }
    const prepared = await prepareUnclip(parts, {
      ...given,
      negativePrompt: given.negativePrompt ?? "",
      enlargerSteps: given.superResolutionSteps,
      guidanceScale: given.decoderGuidanceScale,
    });
    const course = unclipCourse(parts, prepared);
    const orders = given.seeds.map((seed) => ({ course, from: createGenerator("torch-cpu", String(seed)) }));
    const made = (await drawPictures(orders)).map((stages) => unclipPicture(course, stages));
    const embeddings = made.map(({ imageEmbedding }) => imageEmbedding);
    return {
      arrays: {
        imageEmbedding: {
          shape: [made.length, embeddings[0]?.shape[1] ?? 0],
          data: stack(embeddings.map(({ data }) => data)),
        },
        image: channelsLast(made.map(({ picture }) => unitPicture(picture))),
      },
    };
  },
};
