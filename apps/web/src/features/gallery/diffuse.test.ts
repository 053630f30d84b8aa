import { expect, test } from "vitest";
import { clarityAt, diffuse, normalNoise } from "./diffuse.ts";

const picture = Uint8ClampedArray.from({ length: 64 * 64 * 4 }, (_, at) => (at * 37) % 256);

function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test("at full clarity the picture stands exactly; at none nothing of it is left", () => {
  const noise = normalNoise(64 * 64 * 3, lcg(7));
  const target = new Uint8ClampedArray(picture.length);
  diffuse({ picture, noise, clarity: 1, target });
  expect(target.every((value, at) => value === (at % 4 === 3 ? 255 : picture[at]))).toBe(true);

  const other = new Uint8ClampedArray(picture.length);
  diffuse({ picture, noise, clarity: 0, target });
  diffuse({ picture: picture.toReversed(), noise, clarity: 0, target: other });
  expect(target).toEqual(other);
});

test("the noise is standard normal", () => {
  const noise = normalNoise(40_001, lcg(1));
  const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
  const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(variance).toBeCloseTo(1, 1);
});

test("a turn begins and ends in noise and stays within bounds", () => {
  expect([clarityAt(0), clarityAt(0.7), clarityAt(1)]).toEqual([0, 1, 0]);
  for (let phase = 0; phase <= 1; phase += 0.01) {
    expect(clarityAt(phase)).toBeGreaterThanOrEqual(0);
    expect(clarityAt(phase)).toBeLessThanOrEqual(1);
  }
});
