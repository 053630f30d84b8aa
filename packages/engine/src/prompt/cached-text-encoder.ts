import type { TextEncoder, TextEncoding } from "../components/text-encoder.ts";

/** Room for some 150 prompts of SDXL, or 8 of a large T5. */
const ROOM_BYTES = 64 * 2 ** 20;

/**
 * A text encoder that remembers what it answered, by token ids, mask and layer: an answer depends on nothing else. The
 * answers used longest ago go when they take more than `roomBytes`. Nobody may write into an answer.
 */
export function cachedTextEncoder(encoder: TextEncoder, roomBytes: number = ROOM_BYTES): TextEncoder {
  const answers = new Map<string, TextEncoding>();
  let usedBytes = 0;
  return {
    ...encoder,
    async encode(tokens, layersSkipped = 0) {
      const key = `${layersSkipped}:${tokens.ids.join(",")}:${tokens.mask.join("")}`;
      const known = answers.get(key);
      const encoding = known ?? (await encoder.encode(tokens, layersSkipped));
      if (!answers.delete(key)) usedBytes += sizeBytes(encoding);
      answers.set(key, encoding);
      for (const [oldest, { hidden, pooled }] of answers) {
        if (usedBytes <= roomBytes) break;
        usedBytes -= sizeBytes({ hidden, pooled });
        answers.delete(oldest);
      }
      return encoding;
    },
  };
}

function sizeBytes({ hidden, pooled }: TextEncoding): number {
  return Float32Array.BYTES_PER_ELEMENT * (hidden.data.length + (pooled?.data.length ?? 0));
}
