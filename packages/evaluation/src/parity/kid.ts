import { kernelDistance } from "../metrics/kid.ts";
import { toMatrix, type ParityKind } from "./parity-kind.ts";

/** The kernel inception distance of two arrays of features. */
export const kid: ParityKind = {
  run: async ({ array }) => {
    const [a, b] = [toMatrix(await array("a"), "a"), toMatrix(await array("b"), "b")];
    return { expected: kernelDistance(a, b) };
  },
};
