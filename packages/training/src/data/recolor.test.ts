import { beforeAll, describe, expect, it } from "vitest";
import { fewDrawings } from "../testing/few-drawings.ts";
import { openCutouts, type Cutouts } from "../recipes/evaluation/cutouts.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { randomStream } from "../trainer/random.ts";
import { augment } from "./augment.ts";
import { colorNameOf } from "./dominant-color.ts";
import { PAINT_NAMES, recolor, recolorAtRandom } from "./recolor.ts";

let cutouts: Cutouts;
beforeAll(async () => {
  const data = await fewDrawings(32, ({ names }) => ["banana", "panda"].includes(names.en));
  const folder = await mkdtemp(path.join(tmpdir(), "recolor-"));
  cutouts = await openCutouts(folder, data);
  await rm(folder, { recursive: true });
}, 300_000);

describe("recolor", () => {
  it("paints a banana in every colour and leaves the ground white", () => {
    let painted = 0;
    for (let index = 0; index < cutouts.count; index++) {
      const { names, color } = cutouts.metadata(index);
      const cutout = cutouts.cutout(index);
      if (names.en !== "banana" || color === null) continue;
      for (const to of PAINT_NAMES.filter((name) => name !== color)) {
        const pixels = recolor(cutout, color, to);
        if (pixels === undefined) continue;
        painted++;
        expect(shareNamed(pixels, cutout.alpha, to), `${index} ${to}`).toBeGreaterThan(0.35);
        expect([...pixels.subarray(0, 3)]).toEqual([255, 255, 255]);
      }
    }
    expect(cutouts.count).toBe(8);
    // Four bananas in six colours; a turn that fails is not painted.
    expect(painted).toBeGreaterThan(20);
  });

  it("leaves what is white or has no one colour", () => {
    for (const color of ["white", null] as const) {
      for (let seed = 0; seed < 20; seed++) {
        expect(recolorAtRandom(cutouts.cutout(0), color, randomStream(seed))).toBeUndefined();
      }
    }
  });
});

/** The share of the drawn pixels that bear a name. */
function shareNamed(pixels: Uint8Array, alpha: Uint8Array, name: string): number {
  const drawn = Array.from(alpha.keys()).filter((place) => (alpha[place] as number) >= 128);
  const at = (place: number, channel: number): number => pixels[place * 3 + channel] as number;
  return drawn.filter((place) => colorNameOf(at(place, 0), at(place, 1), at(place, 2)) === name).length / drawn.length;
}

describe("augment", () => {
  it("is pure in its numbers, stays finite and covers about as much as the drawing does", () => {
    const cutout = cutouts.cutout(0);
    const drawn = cutout.alpha.reduce((sum, value) => sum + value / 255, 0);
    const options = { side: 32, mirrored: true };
    const covers = Array.from({ length: 40 }, (_, seed) => {
      const { planes, cover } = augment(cutout, randomStream(seed), options);
      expect(planes.every((value) => Math.abs(value) < 1.5)).toBe(true);
      return cover.reduce((sum, value) => sum + value, 0);
    });
    expect(augment(cutout, randomStream(3), options)).toEqual(augment(cutout, randomStream(3), options));
    expect(Math.min(...covers)).toBeGreaterThan(0.4 * drawn);
    expect(Math.max(...covers)).toBeLessThan(1.5 * drawn);
  });
});
