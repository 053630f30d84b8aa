import type { AdaptiveGuidance } from "./adaptive-guidance.ts";

/** How a picture is guided, the same at every call. */
export interface Guidance {
  /** 1 is no guidance; more follows the prompt more closely. */
  readonly scale: number;
  /** 0 to 1: how far the contrast is brought back to that of the conditional output. */
  readonly rescale: number;
  /** Bends the difference of the branches before it is added; plain classifier-free guidance when absent. */
  readonly apg?: AdaptiveGuidance | undefined;
  /** Spares calls whose answer the last one may stand in for; every call is made when absent. */
  readonly stepCache?: { readonly threshold: number } | undefined;
}

export interface GuidanceInput extends Pick<Guidance, "scale" | "rescale"> {
  /** Network output for the prompt, f32. */
  readonly conditional: Float32Array;
  /** Network output for the negative or empty prompt, f32 of the same length. */
  readonly unconditional: Float32Array;
}

/**
 * Classifier-free guidance, f32 like its inputs: away from the unconditional output, then optionally rescaled. Every
 * operation is rounded to single precision in the order of diffusers: where a sampler starts from almost pure noise, the
 * last bit of the guided noise is magnified ten-thousandfold.
 * Ho & Salimans 2022 (arXiv 2207.12598), equation 6; Lin et al. 2023 (arXiv 2305.08891), section 3.4.
 */
export function guide({ conditional, unconditional, scale, rescale }: GuidanceInput): Float32Array {
  const guided = new Float32Array(unconditional.length);
  const single = round(scale);
  for (let i = 0; i < guided.length; i++) {
    const away = unconditional[i] as number;
    guided[i] = away + round(single * round((conditional[i] as number) - away));
  }
  return rescaled(guided, conditional, rescale);
}

/**
 * A guided output brought back towards the contrast of the conditional one, f32 like both; all the way for 1. Every
 * operation is rounded as in diffusers here too.
 */
export function rescaled(guided: Float32Array, conditional: Float32Array, rescale: number): Float32Array {
  if (rescale === 0) return guided;
  const contrast = round(deviation(conditional) / deviation(guided));
  const [share, rest] = [round(rescale), round(1 - rescale)];
  return guided.map((value) => round(share * round(value * contrast)) + round(rest * value));
}

const round = Math.fround;

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return round(Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)));
}
