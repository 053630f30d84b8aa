import { GENERATOR_IDS } from "@mezzotint/contracts/catalogue";
import { elementCount } from "@mezzotint/numeric/nd-array";
import { z } from "zod";
import { createGenerator } from "../random-generators.ts";
import type { ParityKind } from "./parity-kind.ts";

const Content = z.object({
  generator: z.enum(GENERATOR_IDS),
  seed: z.string().regex(/^-?\d+$/),
  shape: z.array(z.int().min(0)),
  /** Draws from one generator, which are the first dimension of the shape. */
  draws: z.int().min(1).optional(),
});

/** Normal numbers of a seed, in one draw or several. */
export const randn: ParityKind = {
  run: async ({ content }) => {
    const { generator: id, seed, shape, draws } = Content.parse(content);
    const generator = createGenerator(id, seed);
    const values = new Float32Array(elementCount(shape));
    const drawn = draws === undefined ? shape : shape.slice(1);
    const size = elementCount(drawn);
    for (let draw = 0; draw < (draws ?? 1); draw++) values.set(generator.normal(drawn), draw * size);
    return { arrays: { values: { shape, data: values } } };
  },
};
