import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { Condition, Denoiser } from "./denoiser.ts";

const WIDTH = 256;

/**
 * What tells a network that was distilled with guidance built in how strong it shall be; null for any other network. Such
 * a network is asked once a step. LCM takes an embedding of the scale above 1, FLUX the scale itself, f32 [1].
 */
export function builtInGuidance({ inputs }: Denoiser, scale: number): Condition | null {
  if (inputs.has("timestep_cond")) return { timestep_cond: guidanceEmbedding(scale - 1) };
  if (inputs.has("guidance")) return { guidance: { shape: [1], data: Float32Array.of(scale) } };
  return null;
}

/**
 * The guidance strength as sines and cosines, f32[1, 256], for networks distilled with it; rounded as in torch, as the
 * phases go to thousands. Luo et al. 2023 (arXiv 2310.04378), section 4.1; Kingma et al. 2021 (arXiv 2107.00630) for the
 * embedding.
 */
function guidanceEmbedding(strength: number): NdArray {
  const half = WIDTH / 2;
  const rate = round(round(Math.log(10_000)) / (half - 1));
  const whole = round(round(strength) * 1_000);
  const phases = Float32Array.from({ length: half }, (_, i) => whole * round(Math.exp(round(i * -rate))));
  return { shape: [1, WIDTH], data: Float32Array.of(...phases.map(Math.sin), ...phases.map(Math.cos)) };
}

const round = Math.fround;
