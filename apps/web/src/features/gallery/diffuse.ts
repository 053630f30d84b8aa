export interface GrainArgs {
  /** RGBA of the clean picture. */
  readonly picture: Uint8ClampedArray;
  /** One standard normal value per colour channel of the picture, alpha left out: three for every four bytes. */
  readonly noise: Float32Array;
  /** How much of the picture shows, from 0 (noise only) to 1. */
  readonly clarity: number;
  /** Receives RGBA, as long as `picture`. */
  readonly target: Uint8ClampedArray;
}

const MIDDLE = 96;
const NOISE_AMPLITUDE = 58;

/** The forward process in reverse order: sqrt(a) picture + sqrt(1 - a) noise, around a dark middle grey. */
export function diffuse({ picture, noise, clarity, target }: GrainArgs): void {
  const signal = Math.sqrt(clarity);
  const grain = Math.sqrt(1 - clarity) * NOISE_AMPLITUDE;
  let at = 0;
  for (let pixel = 0; pixel < picture.length; pixel += 4) {
    for (let channel = 0; channel < 3; channel++) {
      const clean = picture[pixel + channel] ?? 0;
      target[pixel + channel] = MIDDLE + signal * (clean - MIDDLE) + grain * (noise[at++] ?? 0);
    }
    target[pixel + 3] = 255;
  }
}

/** Standard normal values by the method of Box and Muller. */
export function normalNoise(length: number, random: () => number): Float32Array {
  const values = new Float32Array(length);
  for (let at = 0; at < length; at += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[at] = radius * Math.cos(angle);
    if (at + 1 < length) values[at + 1] = radius * Math.sin(angle);
  }
  return values;
}

const HOLD_NOISE = 0.08;
const EMERGE_END = 0.5;
const HOLD_END = 0.9;

/** Clarity over one turn of the cycle, `phase` from 0 to 1: noise, emerging, standing, roughened again. */
export function clarityAt(phase: number): number {
  if (phase < HOLD_NOISE) return 0;
  if (phase < EMERGE_END) return smooth((phase - HOLD_NOISE) / (EMERGE_END - HOLD_NOISE));
  if (phase < HOLD_END) return 1;
  return 1 - smooth((phase - HOLD_END) / (1 - HOLD_END));
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}
