import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix } from "@mezzotint/numeric/linalg/matrix";
import { z } from "zod";
import { fitBradleyTerry } from "@mezzotint/statistics/bradley-terry";
import type { ParityKind } from "./parity-kind.ts";

const Content = z.object({ wins: z.array(z.array(z.number())).min(2) });

/** Strengths and the standard errors of their differences. */
export const bradleyTerry: ParityKind = {
  run: async ({ content }) => {
    const { wins } = Content.parse(content);
    const size = wins.length;
    const uneven = wins.find((row) => row.length !== size);
    if (uneven !== undefined) {
      throw new MezzotintError("INVALID_INPUT", `wins: expected ${size} x ${size}, a row has ${uneven.length}`);
    }
    const { strengths, standardErrorOfDifference } = fitBradleyTerry(
      matrix(size, size, Float64Array.from(wins.flat())),
    );
    const errors = wins.map((_, i) => [...standardErrorOfDifference.data.subarray(i * size, (i + 1) * size)]);
    return { expected: { theta: [...strengths], standardErrorOfDifference: errors } };
  },
};
