import type { RandomStream } from "../trainer/random.ts";
import type { Cutout } from "./recolor.ts";

export interface AugmentOptions {
  readonly side: number;
  /** Whether the picture may be mirrored: arrows and letters may not. */
  readonly mirrored: boolean;
}

export interface Augmented {
  /** f32 [3, side, side] in [-1, 1]. */
  readonly planes: Float32Array;
  /** How much of each pixel is drawing, f32 [side, side] in [0, 1]. */
  readonly cover: Float32Array;
}

/**
 * A drawing as a model may draw it: mirrored, moved, scaled, on another ground, brighter or darker, softened, with
 * colours that run and with noise. Pure in the numbers `random` gives.
 */
export function augment(cutout: Cutout, random: RandomStream, { side, mirrored }: AugmentOptions): Augmented {
  const area = side * side;
  const cover = new Float32Array(area);
  const planes = new Float32Array(3 * area);
  sampleInto({ planes, cover }, cutout, placement(random, side, mirrored));
  const ground = groundColor(random);
  for (let channel = 0; channel < 3; channel++) {
    const darker = (ground[channel] as number) - 1;
    if (darker === 0) continue;
    for (let at = 0; at < area; at++) {
      planes[channel * area + at] = (planes[channel * area + at] as number) + (1 - (cover[at] as number)) * darker;
    }
  }
  if (random.uniform() < 0.35) light(planes, random);
  if (random.uniform() < 0.25) runColors(planes, side);
  if (random.uniform() < 0.35) soften(planes, side);
  if (random.uniform() < 0.35) addNoise(planes, random);
  return { planes, cover };
}

interface Placement {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly shiftX: number;
  readonly shiftY: number;
}

function placement(random: RandomStream, side: number, mirrored: boolean): Placement {
  const scale = 1 / (0.78 + 0.34 * random.uniform());
  const turn = mirrored && random.uniform() < 0.5 ? -1 : 1;
  const shift = (): number => (random.uniform() - 0.5) * 0.16 * side;
  const stretch = 0.94 + 0.12 * random.uniform();
  return { scaleX: turn * scale * stretch, scaleY: scale / stretch, shiftX: shift(), shiftY: shift() };
}

/** Reads the moved drawing between its pixels (bilinear); outside of it there is white that covers nothing. */
function sampleInto({ planes, cover }: Augmented, { pixels, alpha }: Cutout, place: Placement): void {
  const side = Math.sqrt(alpha.length);
  const middle = (side - 1) / 2;
  for (let y = 0; y < side; y++) {
    const fromY = (y - middle - place.shiftY) * place.scaleY + middle;
    const top = Math.floor(fromY);
    const down = fromY - top;
    for (let x = 0; x < side; x++) {
      const fromX = (x - middle - place.shiftX) * place.scaleX + middle;
      const left = Math.floor(fromX);
      const right = fromX - left;
      let [opacity, red, green, blue] = [0, 0, 0, 0];
      for (let tap = 0; tap < 4; tap++) {
        const column = left + (tap & 1);
        const row = top + (tap >> 1);
        const weight = ((tap & 1) === 0 ? 1 - right : right) * (tap < 2 ? 1 - down : down);
        if (column < 0 || row < 0 || column >= side || row >= side) continue;
        const source = row * side + column;
        opacity += weight * (alpha[source] as number);
        // Counted from white, so that what lies outside adds nothing.
        red += weight * (255 - (pixels[source * 3] as number));
        green += weight * (255 - (pixels[source * 3 + 1] as number));
        blue += weight * (255 - (pixels[source * 3 + 2] as number));
      }
      const at = y * side + x;
      cover[at] = opacity / 255;
      planes[at] = 1 - red / 127.5;
      planes[alpha.length + at] = 1 - green / 127.5;
      planes[2 * alpha.length + at] = 1 - blue / 127.5;
    }
  }
}

/** White mostly, as models trained on these drawings paint it; sometimes a pale colour. In [-1, 1]. */
function groundColor(random: RandomStream): readonly number[] {
  if (random.uniform() < 0.7) return [1, 1, 1];
  const level = 1 - 0.5 * random.uniform();
  return Array.from({ length: 3 }, () => Math.max(-1, level - 0.35 * random.uniform()));
}

function light(planes: Float32Array, random: RandomStream): void {
  const contrast = 0.85 + 0.3 * random.uniform();
  const brightness = 0.16 * (random.uniform() - 0.5);
  for (let at = 0; at < planes.length; at++) {
    planes[at] = Math.max(-1, Math.min(1, (planes[at] as number) * contrast + brightness));
  }
}

/** Chroma at half the resolution, as JPEG keeps it. */
function runColors(planes: Float32Array, side: number): void {
  const area = side * side;
  for (let y = 0; y < side; y += 2) {
    for (let x = 0; x < side; x += 2) {
      const first = y * side + x;
      let mean = 0;
      for (let tap = 0; tap < 4; tap++) mean += lightness(planes, first + (tap & 1) + (tap >> 1) * side, area) / 4;
      const level = [0, 0, 0];
      for (let index = 0; index < 12; index++) {
        const at = first + (index & 1) + ((index >> 1) & 1) * side;
        level[index >> 2] = (level[index >> 2] as number) + (planes[(index >> 2) * area + at] as number) / 4;
      }
      for (let tap = 0; tap < 4; tap++) {
        const at = first + (tap & 1) + (tap >> 1) * side;
        const shift = lightness(planes, at, area) - mean;
        for (let channel = 0; channel < 3; channel++) planes[channel * area + at] = (level[channel] as number) + shift;
      }
    }
  }
}

function lightness(planes: Float32Array, at: number, area: number): number {
  return (
    0.299 * (planes[at] as number) + 0.587 * (planes[area + at] as number) + 0.114 * (planes[2 * area + at] as number)
  );
}

/** A box of three pixels along both axes, edges repeated. */
function soften(planes: Float32Array, side: number): void {
  const before = new Float32Array(planes.length);
  for (const step of [1, side]) {
    before.set(planes);
    for (let at = 0; at < planes.length; at++) {
      const along = step === 1 ? at % side : Math.floor(at / side) % side;
      const previous = along === 0 ? at : at - step;
      const next = along === side - 1 ? at : at + step;
      planes[at] = ((before[previous] as number) + (before[at] as number) + (before[next] as number)) / 3;
    }
  }
}

function addNoise(planes: Float32Array, random: RandomStream): void {
  const strength = 0.02 + 0.1 * random.uniform();
  // The sum of two uniform numbers is near enough to a bell here and five times as fast.
  for (let at = 0; at < planes.length; at++) {
    planes[at] = (planes[at] as number) + strength * 1.2 * (random.uniform() + random.uniform() - 1);
  }
}
