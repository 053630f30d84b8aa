import { frechetDistanceOfFeatures } from "../metrics/frechet.ts";
import { toMatrix, type ParityKind } from "./parity-kind.ts";

/** The Frechet distance of two arrays of features. */
export const frechet: ParityKind = {
  run: async ({ array }) => {
    const [a, b] = [toMatrix(await array("a"), "a"), toMatrix(await array("b"), "b")];
    return { expected: frechetDistanceOfFeatures(a, b) };
  },
};
