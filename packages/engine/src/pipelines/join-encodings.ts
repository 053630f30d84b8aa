import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { TextEncoding } from "../components/text-encoder.ts";

/** Arrays f32 [1, tokens, width_i] joined along the last dimension. */
export function sideBySide(parts: readonly NdArray[]): NdArray {
  const tokens = parts[0]?.shape[1] ?? 0;
  const widths = parts.map(({ shape }) => shape[2] ?? 0);
  const width = widths.reduce((sum, part) => sum + part, 0);
  const data = new Float32Array(tokens * width);
  for (let token = 0; token < tokens; token++) {
    let at = token * width;
    for (const [i, part] of parts.entries()) {
      const partWidth = widths[i] ?? 0;
      data.set(part.data.subarray(token * partWidth, (token + 1) * partWidth), at);
      at += partWidth;
    }
  }
  return { shape: [1, tokens, width], data };
}

/** Arrays f32 [1, tokens_i, width_i] one after the other along the tokens, narrow ones filled up with zeros. */
export function oneAfterTheOther(parts: readonly NdArray[], width: number): NdArray {
  const padded = parts.map((part) => {
    const [, tokens = 0, own = 0] = part.shape;
    if (own > width) throw new MezzotintError("UNSUPPORTED", `words ${own} wide do not fit a network of ${width}`);
    const filler = { shape: [1, tokens, width - own], data: new Float32Array(tokens * (width - own)) };
    return sideBySide([part, filler]);
  });
  const tokens = padded.reduce((sum, { shape }) => sum + (shape[1] ?? 0), 0);
  const data = new Float32Array(tokens * width);
  let at = 0;
  for (const part of padded) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { shape: [1, tokens, width], data };
}

/** The pooled output of an encoder, f32 [1, width]. Throws UNSUPPORTED naming the encoder that gives none. */
export function pooledOf(encoding: TextEncoding | undefined, encoder: string): NdArray {
  const pooled = encoding?.pooled;
  if (pooled !== undefined && pooled !== null) return pooled;
  throw new MezzotintError("UNSUPPORTED", `${encoder}: the pipeline needs its pooled output, it gives none`);
}
