/** How the difference between the two branches is bent before it is added. */
export interface AdaptiveGuidance {
  /** 0 to 1: how much of the part along the conditional output is kept; that part makes colours burn. */
  readonly eta: number;
  /** Largest norm of the difference; 0 for any. */
  readonly rescale: number;
  /** Share of the earlier differences added to each; negative pushes away from where it went. */
  readonly momentum: number;
}

export interface AdaptiveInput extends AdaptiveGuidance {
  /** Network output for the prompt, f32. */
  readonly conditional: Float32Array;
  /** Network output for the negative or empty prompt, f32 of the same length. */
  readonly unconditional: Float32Array;
  /** 1 is no guidance. */
  readonly scale: number;
  /** The sum of earlier differences as this function returned it; null at the first call. */
  readonly average: Float32Array | null;
}

export interface AdaptiveOutput {
  /** f32 like the outputs. */
  readonly guided: Float32Array;
  /** f32 of the same length: to be given at the next call of this picture. */
  readonly average: Float32Array;
}

/**
 * Adaptive projected guidance on the network's outputs: with eta 1, no norm and no momentum it is classifier-free
 * guidance. Sadat et al. 2024 (arXiv 2410.02416), Algorithm 1.
 */
export function guideAdaptively(input: AdaptiveInput): AdaptiveOutput {
  const { conditional, unconditional, scale, average: earlier } = input;
  const average = conditional.map(
    (value, i) => value - (unconditional[i] as number) + input.momentum * (earlier?.[i] ?? 0),
  );
  const norm = Math.sqrt(dot(average, average));
  const shrunk = input.rescale > 0 && norm > input.rescale ? input.rescale / norm : 1;
  const length = dot(conditional, conditional);
  const along = length === 0 ? 0 : (shrunk * dot(average, conditional)) / length;
  // The part along the output counts eta times, what stands on it counts whole.
  const removed = (1 - input.eta) * along;
  const guided = conditional.map(
    (value, i) => value + (scale - 1) * (shrunk * (average[i] as number) - removed * value),
  );
  return { guided, average };
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
