import path from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import { readFolderJson } from "./read-folder-json.ts";

const TokenName = z.union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)]);
const TokenizerConfig = z.looseObject({ pad_token: TokenName.nullish(), eos_token: TokenName.nullish() });

/** The ids of one text, padded to the length of the model. */
export interface ClipTokens {
  readonly ids: readonly number[];
  /** How many ids are text and its marks; the rest is padding. */
  readonly used: number;
  /** How many tokens of the text did not fit; 0 when it was read whole. */
  readonly lost: number;
}

export type ClipTokenizer = (text: string, length: number) => ClipTokens;

/**
 * Opens the tokenizer.json of a CLIP folder. A text too long keeps its beginning and the mark of its end, where the model
 * looks for the meaning. Throws MODEL_UNAVAILABLE when a file is missing, MODEL_CORRUPT when one makes no tokenizer.
 */
export async function openClipTokenizer(folder: string): Promise<ClipTokenizer> {
  const definition = await readFolderJson(path.join(folder, "tokenizer.json"), z.looseObject({}));
  const config = await readFolderJson(path.join(folder, "tokenizer_config.json"), TokenizerConfig);
  const tokenizer = construct(definition, config);
  const end = tokenizer.token_to_id(config.eos_token ?? "<|endoftext|>");
  if (end === undefined)
    throw new MezzotintError("MODEL_CORRUPT", "CLIP tokenizer: it has no mark for the end of text");
  const padding = tokenizer.token_to_id(config.pad_token ?? "") ?? end;
  return (text, length) => {
    const whole = tokenizer.encode(text).ids;
    const ids = whole.length > length ? [...whole.slice(0, length - 1), end] : whole;
    const filling = Array.from({ length: length - ids.length }, () => padding);
    return { ids: [...ids, ...filling], used: ids.length, lost: Math.max(0, whole.length - length) };
  };
}

function construct(definition: object, config: object): Tokenizer {
  try {
    return new Tokenizer(definition, config);
  } catch (cause) {
    throw new MezzotintError("MODEL_CORRUPT", "CLIP tokenizer: its files make no tokenizer", { cause });
  }
}
