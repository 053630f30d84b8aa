import { crc32, deflateSync, inflateSync } from "node:zlib";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** u8 RGB, row by row. */
  readonly data: Uint8Array;
}

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

/** An 8-bit RGB PNG of a colour for each place. */
export function writePng(width: number, height: number, colorAt: (x: number, y: number) => readonly number[]): Buffer {
  const rows = Array.from({ length: height }, (_, y) => [
    0,
    ...Array.from({ length: width }, (__, x) => colorAt(x, y)).flat(),
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const data = deflateSync(Buffer.from(rows.flat()));
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(4);
  frame.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([frame, body, sum]);
}

/** The pixels of an 8-bit PNG without interlace, RGB or RGBA; alpha is left out. */
export function readPng(png: Buffer): Pixels {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new Error("This is no PNG.");
  const [width, height, depth, color] = [png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]];
  if (depth !== 8 || (color !== 2 && color !== 6)) throw new Error(`depth ${depth}, colour type ${color}`);
  const channels = color === 2 ? 3 : 4;
  const raw = unfilter(inflateSync(imageData(png)), { stride: width * channels, height, channels });
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = raw[Math.floor(i / 3) * channels + (i % 3)] ?? 0;
  return { width, height, data };
}

function imageData(png: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let offset = 8; offset < png.length;) {
    const lengthBytes = png.readUInt32BE(offset);
    if (png.toString("latin1", offset + 4, offset + 8) === "IDAT") {
      parts.push(png.subarray(offset + 8, offset + 8 + lengthBytes));
    }
    offset += 12 + lengthBytes;
  }
  return Buffer.concat(parts);
}

interface Rows {
  readonly stride: number;
  readonly height: number;
  readonly channels: number;
}

function unfilter(filtered: Uint8Array, { stride, height, channels }: Rows): Uint8Array {
  const raw = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const left = x < channels ? 0 : (raw[y * stride + x - channels] ?? 0);
      const up = y === 0 ? 0 : (raw[(y - 1) * stride + x] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (raw[(y - 1) * stride + x - channels] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      raw[y * stride + x] = (filtered[y * (stride + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return raw;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
