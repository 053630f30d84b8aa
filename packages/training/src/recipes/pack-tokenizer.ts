import { readFile } from "node:fs/promises";
import path from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { PackedDataSet } from "../data/packed-data-set.ts";
import { countWords } from "../tokenizer/count-words.ts";
import { packedCorpus } from "../tokenizer/packed-corpus.ts";
import { SPECIAL_TOKENS } from "../tokenizer/special-tokens.ts";
import { toFixedLength } from "../tokenizer/to-fixed-length.ts";
import { trainBpe } from "../tokenizer/train-bpe.ts";
import { tokenizerFiles, writeTokenizer } from "../tokenizer/write-tokenizer.ts";
import type { PackPlan } from "./pack-plan.ts";

export interface PackTokenizer {
  readonly folder: string;
  readonly vocabulary: number;
  readonly padding: number;
  /** Ids of a prompt, `tokens` of them, written as int64 at `offset`. */
  encodeInto(target: BigInt64Array, offset: number, text: string): void;
}

/** The pack's tokenizer: read from `<folder>/tokenizer`, or trained on the captions first. */
export async function openPackTokenizer(folder: string, plan: PackPlan, data: PackedDataSet): Promise<PackTokenizer> {
  const tokenizerFolder = path.join(folder, "tokenizer");
  const stored = await readTokenizer(tokenizerFolder);
  if (stored !== undefined) return wrap(tokenizerFolder, stored, plan);
  const model = trainBpe({
    wordCounts: countWords(packedCorpus(data)),
    vocabularySize: plan.vocabulary,
    specialTokens: Object.values(SPECIAL_TOKENS),
  });
  await writeTokenizer(tokenizerFolder, tokenizerFiles(model, { maxLength: plan.text.tokens }));
  const written = await readTokenizer(tokenizerFolder);
  if (written === undefined)
    throw new MezzotintError("INTERNAL", `${tokenizerFolder}: the tokenizer is gone after writing`);
  return wrap(tokenizerFolder, written, plan);
}

/** The tokenizer of a model folder of a pack. Throws NOT_FOUND when the folder has none. */
export async function readPackTokenizer(modelFolder: string, plan: PackPlan): Promise<PackTokenizer> {
  const folder = path.join(modelFolder, "tokenizer");
  const stored = await readTokenizer(folder);
  if (stored === undefined) throw new MezzotintError("NOT_FOUND", `${modelFolder}: a folder without a tokenizer`);
  return wrap(folder, stored, plan);
}

async function readTokenizer(folder: string): Promise<Tokenizer | undefined> {
  try {
    const [tokenizer, config] = await Promise.all(
      ["tokenizer.json", "tokenizer_config.json"].map(async (file) =>
        JSON.parse(await readFile(path.join(folder, file), "utf8")),
      ),
    );
    return new Tokenizer(tokenizer, config);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function wrap(folder: string, tokenizer: Tokenizer, plan: PackPlan): PackTokenizer {
  const padding = tokenizer.token_to_id(SPECIAL_TOKENS.pad);
  if (padding === undefined) throw new MezzotintError("MODEL_CORRUPT", `${folder}: no token ${SPECIAL_TOKENS.pad}`);
  const { tokens } = plan.text;
  return {
    folder,
    vocabulary: plan.vocabulary,
    padding,
    encodeInto: (target, offset, text) => {
      const ids = toFixedLength(tokenizer.encode(text).ids, tokens, padding);
      for (let index = 0; index < tokens; index++) target[offset + index] = BigInt(ids[index] as number);
    },
  };
}
