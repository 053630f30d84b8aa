import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";

const orUsual = (usual: number) =>
  z
    .number()
    .nullish()
    .transform((value) => value ?? usual);

/** Settings of flows whose schedule shifts towards noise with the size of the picture. */
export const DynamicShiftShape = {
  use_dynamic_shifting: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  base_shift: orUsual(0.5),
  max_shift: orUsual(1.15),
  base_image_seq_len: z.int().default(256),
  max_image_seq_len: z.int().default(4_096),
  time_shift_type: z.enum(["exponential", "linear"]).default("exponential"),
};
const Settings = z.object(DynamicShiftShape);
export type DynamicShift = z.infer<typeof Settings>;

/**
 * The shift for a resolution: its logarithm (or itself) is linear in the number of image tokens. Esser et al. 2024
 * (arXiv 2403.03206), section 5.3.2. Throws UNSUPPORTED where the pipeline has no tokens.
 */
export function dynamicShift(configuration: DynamicShift, imageTokens: number | null): number {
  if (imageTokens === null) {
    const message = "use_dynamic_shifting needs the number of image tokens, which this pipeline does not know";
    throw new MezzotintError("UNSUPPORTED", message);
  }
  const { base_image_seq_len: shortest, max_image_seq_len: longest } = configuration;
  const slope = (configuration.max_shift - configuration.base_shift) / (longest - shortest);
  const mu = configuration.base_shift + slope * (imageTokens - shortest);
  return configuration.time_shift_type === "exponential" ? Math.exp(mu) : mu;
}

/** Sigmas stretched so that the last one is `terminal`; as they are for null. */
export function stretched(sigmas: readonly number[], terminal: number | null): number[] {
  if (terminal === null) return [...sigmas];
  const scale = (1 - (sigmas[sigmas.length - 1] as number)) / (1 - terminal);
  return sigmas.map((sigma) => 1 - (1 - sigma) / scale);
}
