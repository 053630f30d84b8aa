import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Json } from "@mezzotint/contracts/json";
import { SPECIAL_TOKENS } from "./special-tokens.ts";
import type { BpeModel } from "./train-bpe.ts";

export interface TokenizerFiles {
  readonly tokenizer: { readonly [key: string]: Json };
  readonly config: { readonly [key: string]: Json };
}

const BYTE_LEVEL: Json = { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true };

/**
 * The Hugging Face form of a BPE model: NFC and lower case, byte level with a space before the first word,
 * `<|start|> text <|end|>`, truncated and padded to `maxLength` tokens.
 */
export function tokenizerFiles(
  model: BpeModel,
  { maxLength = 16 }: { readonly maxLength?: number } = {},
): TokenizerFiles {
  const { pad, start, end } = SPECIAL_TOKENS;
  const tokenizer = {
    version: "1.0",
    truncation: { direction: "Right", max_length: maxLength, strategy: "LongestFirst", stride: 0 },
    padding: {
      strategy: { Fixed: maxLength },
      direction: "Right",
      pad_to_multiple_of: null,
      pad_id: model.vocabulary.indexOf(pad),
      pad_type_id: 0,
      pad_token: pad,
    },
    added_tokens: model.specialTokens.map((token) => addedToken(token, model.vocabulary.indexOf(token))),
    normalizer: { type: "Sequence", normalizers: [{ type: "NFC" }, { type: "Lowercase" }] },
    pre_tokenizer: BYTE_LEVEL,
    post_processor: template(model.vocabulary),
    decoder: { type: "Sequence", decoders: [BYTE_LEVEL, { type: "Strip", content: " ", start: 1, stop: 0 }] },
    model: bytePairModel(model),
  };
  const config = {
    tokenizer_class: "PreTrainedTokenizerFast",
    model_max_length: maxLength,
    padding_side: "right",
    truncation_side: "right",
    pad_token: pad,
    bos_token: start,
    eos_token: end,
    clean_up_tokenization_spaces: false,
  };
  return { tokenizer, config };
}

function addedToken(content: string, id: number): Json {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

function template(vocabulary: readonly string[]): Json {
  const { start, end } = SPECIAL_TOKENS;
  const special = (id: string): Json => ({ SpecialToken: { id, type_id: 0 } });
  const sequence = (id: "A" | "B", typeId: number): Json => ({ Sequence: { id, type_id: typeId } });
  const ids = [start, end].map((token) => [token, { id: token, ids: [vocabulary.indexOf(token)], tokens: [token] }]);
  return {
    type: "TemplateProcessing",
    single: [special(start), sequence("A", 0), special(end)],
    pair: [special(start), sequence("A", 0), special(end), sequence("B", 1), special(end)],
    special_tokens: Object.fromEntries(ids),
  };
}

function bytePairModel({ vocabulary, merges }: BpeModel): Json {
  return {
    type: "BPE",
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    merges,
  };
}

/** Writes tokenizer.json and tokenizer_config.json into a folder, creating it. */
export async function writeTokenizer(folder: string, files: TokenizerFiles): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "tokenizer.json"), `${JSON.stringify(files.tokenizer, null, 1)}\n`);
  await writeFile(path.join(folder, "tokenizer_config.json"), `${JSON.stringify(files.config, null, 2)}\n`);
}
