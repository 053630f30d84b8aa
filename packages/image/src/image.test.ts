import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeImage, type RgbImage } from "./decode-image.ts";
import { encodePng } from "./encode-png.ts";
import { flattenOnWhite } from "./flatten-on-white.ts";
import { encodePreview, latentsToRgb } from "./latent-preview.ts";
import { embedMetadata, readMetadata } from "./metadata.ts";
import { rasterizeSvg } from "./rasterize-svg.ts";

const SMALL: RgbImage = { width: 2, height: 1, data: Uint8Array.of(255, 0, 0, 0, 0, 255) };

function raw(data: Uint8Array, width: number, channels: 1 | 3 | 4) {
  return sharp(data, { raw: { width, height: data.length / channels / width, channels } });
}

describe("decodeImage", () => {
  it("gives back what encodePng wrote", async () => {
    const pixels = fc.uint8Array({ minLength: 36, maxLength: 36 });
    await fc.assert(
      fc.asyncProperty(pixels, async (data) => {
        const image = { width: 4, height: 3, data };
        const decoded = await decodeImage(await encodePng(image));
        expect({ ...decoded, data: [...decoded.data] }).toEqual({ ...image, data: [...data] });
      }),
      { numRuns: 30 },
    );
  });

  it("turns by EXIF orientation, lays alpha on white, and converts 16 bit, gray and CMYK", async () => {
    const turned = await raw(SMALL.data, 2, 3).withMetadata({ orientation: 6 }).png().toBuffer();
    expect(await decodeImage(turned)).toMatchObject({ width: 1, height: 2 });
    const clear = await raw(Uint8Array.of(0, 0, 0, 0), 1, 4)
      .png()
      .toBuffer();
    expect([...(await decodeImage(clear)).data]).toEqual([255, 255, 255]);
    const deep = await raw(SMALL.data, 2, 3).toColourspace("rgb16").png().toBuffer();
    expect([...(await decodeImage(deep)).data]).toEqual([...SMALL.data]);
    const gray = await raw(Uint8Array.of(7, 200), 2, 1).toColourspace("b-w").png().toBuffer();
    expect([...(await decodeImage(gray)).data]).toEqual([7, 7, 7, 200, 200, 200]);
    const white = await raw(new Uint8Array(192).fill(255), 8, 3).toColourspace("cmyk").jpeg().toBuffer();
    const { data } = await decodeImage(white);
    expect(data).toHaveLength(192);
    expect(Math.min(...data)).toBeGreaterThan(250);
  });

  it("covers a square and crops its centre", async () => {
    const wide = await raw(Uint8Array.of(0, 0, 0, 255, 255, 255, 0, 0, 0), 3, 3)
      .png()
      .toBuffer();
    const { width, height, data } = await decodeImage(wide, { squareSize: 1 });
    expect([width, height, ...data]).toEqual([1, 1, 255, 255, 255]);
  });

  it("refuses what is no image, what is cut off and what is too large, with the numbers", async () => {
    await expect(decodeImage(Buffer.from("hello"))).rejects.toMatchObject({ code: "INVALID_INPUT" });
    const png = await encodePng({
      width: 64,
      height: 64,
      data: new Uint8Array(64 * 64 * 3).map((_, i) => (i * 97) % 251),
    });
    await expect(decodeImage(png.subarray(0, png.length / 2))).rejects.toMatchObject({ code: "INVALID_INPUT" });
    const tooLarge = decodeImage(png, { maxPixels: 4095 });
    await expect(tooLarge).rejects.toThrow("at most 4095 pixels, got 64 × 64 = 4096");
  });
});

describe("metadata", () => {
  it("travels in a PNG that other readers accept, and is replaced, not repeated", async () => {
    const recipe = { prompt: "红苹果 🍎", steps: 20, seed: "18446744073709551615" };
    const png = await encodePng(SMALL, { recipe, parameters: "café\nSteps: 20" });
    expect(readMetadata(png)).toEqual({ recipe, parameters: "café\nSteps: 20" });
    expect([...(await decodeImage(png)).data]).toEqual([...SMALL.data]);
    const { comments } = await sharp(png).metadata();
    expect(comments?.find(({ keyword }) => keyword === "parameters")?.text).toContain("Steps: 20");
    const again = embedMetadata(png, { recipe: { prompt: "other" } });
    expect(readMetadata(again)).toEqual({ recipe: { prompt: "other" }, parameters: "café\nSteps: 20" });
    expect(readMetadata(await encodePng(SMALL))).toEqual({});
  });

  it("gives equal bytes for equal input", async () => {
    const first = await encodePng(SMALL, { recipe: { b: 1, a: 2 } });
    const second = await encodePng(SMALL, { recipe: { a: 2, b: 1 } });
    expect(Buffer.compare(first, second)).toBe(0);
  });

  it("refuses damaged files", async () => {
    const png = Uint8Array.from(await encodePng(SMALL));
    png[20] = (png[20] ?? 0) ^ 1;
    expect(() => readMetadata(png)).toThrow("wrong checksum");
    expect(() => readMetadata(png.subarray(0, 15))).toThrow("15 bytes");
    expect(() => readMetadata(new Uint8Array(3))).toThrow("signature");
  });
});

describe("latentsToRgb", () => {
  it("maps each pixel linearly and clips", async () => {
    const latents = Float32Array.of(0, 1, -9, 1);
    const factors = Float32Array.of(1, 0, 0, 0, 0.5, 0);
    const image = latentsToRgb({ latents, width: 2, height: 1, factors, bias: Float32Array.of(0, 0, -1) });
    expect([...image.data]).toEqual([128, 0, 0, 255, 191, 0]);
    expect(await encodePreview(image, { longSide: 32 })).toMatch(/^data:image\/webp;base64,UklGR/);
    const wrong = { latents, width: 3, height: 1, factors, bias: new Float32Array(3) };
    expect(() => latentsToRgb(wrong)).toThrow("[2,1,3] = 6 values and bias [3], got 4 and 3");
  });
});

describe("rasterizeSvg", () => {
  const box = { left: 0, top: 0, width: 2, height: 1 };

  it("centres a drawing in the square on a transparent ground", async () => {
    const rgba = await rasterizeSvg({ ...box, body: '<rect width="2" height="1" fill="#f00"/>' }, 4);
    const alphas = Array.from({ length: 4 }, (_, row) => rgba[row * 16 + 3]);
    expect(alphas).toEqual([0, 255, 255, 0]);
    const rgb = flattenOnWhite(rgba);
    expect([...rgb.subarray(0, 3), ...rgb.subarray(12, 15)]).toEqual([255, 255, 255, 255, 0, 0]);
  });

  it("refuses broken markup and empty drawings", async () => {
    await expect(rasterizeSvg({ ...box, body: "<g" }, 8)).rejects.toThrow("cannot be drawn");
    await expect(rasterizeSvg({ ...box, body: "<g/>" }, 8)).rejects.toThrow("draws nothing at 8 px");
  });
});
