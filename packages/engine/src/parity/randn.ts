import { elementCount } from "@mezzotint/numeric/nd-array";
import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import { z } from "zod";
import type { ParityKind } from "./parity-kind.ts";

const Content = z.object({
  generator: z.literal("torch-cpu"),
  seed: z.string().regex(/^-?\d+$/),
  shape: z.array(z.int().min(0)),
  /** Draws from one generator, which are the first dimension of the shape. */
  draws: z.int().min(1).optional(),
});

/** Normal numbers of a seed, in one draw or several. */
export const randn: ParityKind = {
  run: async ({ content }) => {
    const { seed, shape, draws } = Content.parse(content);
    const generator = createTorchNormal(BigInt(seed));
    const values = new Float32Array(elementCount(shape));
    const drawn = draws === undefined ? shape : shape.slice(1);
    const size = elementCount(drawn);
    for (let draw = 0; draw < (draws ?? 1); draw++) values.set(generator.normal(drawn), draw * size);
    return { arrays: { values: { shape, data: values } } };
  },
};
