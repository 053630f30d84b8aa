import { writeFile } from "node:fs/promises";
import { encodePng } from "@mezzotint/image/encode-png";

export interface SheetSize {
  readonly side: number;
  readonly columns: number;
}

/** u8 RGB [height, width, 3] -> f32 planes [3, height, width] in [-1, 1], written into `target`. */
export function toPlanes(pixels: Uint8Array, target: Float32Array): void {
  const plane = pixels.length / 3;
  for (let index = 0; index < plane; index++) {
    for (let channel = 0; channel < 3; channel++) {
      target[channel * plane + index] = (pixels[index * 3 + channel] as number) / 127.5 - 1;
    }
  }
}

/** Pictures f32[n, 3, side, side] in [-1, 1] laid out in rows, one white pixel between them; u8 RGB. */
export function layOutSheet(pictures: Float32Array, { side, columns }: SheetSize) {
  const volume = 3 * side * side;
  const count = pictures.length / volume;
  const step = side + 1;
  const width = columns * step - 1;
  const height = Math.ceil(count / columns) * step - 1;
  const pixels = new Uint8Array(width * height * 3).fill(255);
  for (let picture = 0; picture < count; picture++) {
    const left = (picture % columns) * step;
    const top = Math.floor(picture / columns) * step;
    for (let index = 0; index < volume; index++) {
      const channel = Math.floor(index / (side * side));
      const y = top + (Math.floor(index / side) % side);
      const value = (pictures[picture * volume + index] as number) * 127.5 + 127.5;
      pixels[(y * width + left + (index % side)) * 3 + channel] = Math.max(0, Math.min(255, Math.round(value)));
    }
  }
  return { width, height, data: pixels };
}

/** Writes a sheet of pictures as a PNG file. */
export async function writeSheet(file: string, pictures: Float32Array, size: SheetSize): Promise<void> {
  await writeFile(file, await encodePng(layOutSheet(pictures, size)));
}
