/** Lays straight-alpha u8 RGBA [n, 4] on white and returns u8 RGB [n, 3], rounded to nearest. */
export function flattenOnWhite(rgba: Uint8Array): Uint8Array {
  const count = rgba.length >> 2;
  const rgb = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    const alpha = (rgba[i * 4 + 3] as number) / 255;
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = Math.round(255 + ((rgba[i * 4 + c] as number) - 255) * alpha);
  }
  return rgb;
}
