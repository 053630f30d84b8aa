import { sampleCaption } from "../data/captions.ts";
import type { PackedDataSet } from "../data/packed-data-set.ts";
import type { RandomStream } from "../trainer/random.ts";
import type { PackTokenizer } from "./pack-tokenizer.ts";

export interface CaptionBatchOptions {
  readonly data: PackedDataSet;
  readonly tokenizer: PackTokenizer;
  readonly tokens: number;
  readonly rows: number;
}

/** Fills int64[rows, tokens] with the ids of one sampled caption per picture; `dropout` of them become empty prompts. */
export function captionBatch({ data, tokenizer, tokens, rows }: CaptionBatchOptions) {
  const ids = new BigInt64Array(rows * tokens);
  return {
    tensor: { dtype: "int64" as const, shape: [rows, tokens], data: ids },
    fill: (pictures: readonly number[], random: RandomStream, dropout = 0): void => {
      for (const [row, picture] of pictures.entries()) {
        const dropped = random.uniform() < dropout;
        const caption = dropped ? "" : sampleCaption(data.metadata(picture), () => random.uniform());
        tokenizer.encodeInto(ids, row * tokens, caption);
      }
    },
  };
}
