import { MezzotintError } from "@mezzotint/contracts/errors";
import sharp from "sharp";

export interface SvgDrawing {
  /** The markup inside the <svg> element. */
  readonly body: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Draws an SVG body centred in a square, at twice the size and reduced with Lanczos-3, to u8 RGBA [size, size, 4]
 * (straight alpha, transparent ground). Throws INVALID_INPUT when the markup cannot be drawn or draws nothing.
 */
export async function rasterizeSvg(drawing: SvgDrawing, size: number): Promise<Uint8Array> {
  const viewBox = `${drawing.left} ${drawing.top} ${drawing.width} ${drawing.height}`;
  const side = size * 2;
  const namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
  const svg = `<svg ${namespaces} width="${side}" height="${side}" viewBox="${viewBox}">${drawing.body}</svg>`;
  let pixels: Uint8Array;
  try {
    const reduced = sharp(Buffer.from(svg)).resize(size, size, { kernel: "lanczos3" });
    pixels = await reduced.toColourspace("srgb").ensureAlpha().raw().toBuffer();
  } catch (cause) {
    throw new MezzotintError("INVALID_INPUT", `svg of ${svg.length} characters cannot be drawn`, { cause });
  }
  const expectedBytes = size * size * 4;
  if (pixels.length !== expectedBytes) {
    throw new MezzotintError("INVALID_INPUT", `svg pixels: expected ${expectedBytes} bytes, got ${pixels.length}`);
  }
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i] !== 0) return pixels;
  throw new MezzotintError("INVALID_INPUT", `svg of ${svg.length} characters draws nothing at ${size} px`);
}
