import { z } from "zod";
import { kernelDistance } from "../metrics/kid.ts";
import { toMatrix, type ParityKind } from "./parity-kind.ts";

const Content = z.object({
  degree: z.number().min(1).default(3),
  /** 1 / d where absent. */
  gamma: z.number().positive().nullable().default(null),
  coef0: z.number().default(1),
});

/** The kernel inception distance of two arrays of features. */
export const kid: ParityKind = {
  run: async ({ content, array }) => {
    const { degree, gamma, coef0: offset } = Content.parse(content);
    const [a, b] = [toMatrix(await array("a"), "a"), toMatrix(await array("b"), "b")];
    return { expected: kernelDistance(a, b, { degree, offset, ...(gamma !== null && { gamma }) }) };
  },
};
