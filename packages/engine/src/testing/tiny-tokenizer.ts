const SPECIAL = ["<|pad|>", "<|start|>", "<|end|>"] as const;

/** Byte-level tokens without merges in the Hugging Face form: `<|start|> bytes <|end|>`, 259 ids. */
export function tinyTokenizer(maxLength: number): { readonly tokenizer: object; readonly config: object } {
  const [pad, start, end] = SPECIAL;
  const vocabulary = [...SPECIAL, ...byteCharacters()];
  const byteLevel = { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true };
  const special = (id: string): object => ({ SpecialToken: { id, type_id: 0 } });
  const sequence = { Sequence: { id: "A", type_id: 0 } };
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const named = (id: number, token: string): [string, object] => [token, { id: token, ids: [id], tokens: [token] }];
  const tokenizer = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({ id, content, ...flags })),
    normalizer: { type: "Lowercase" },
    pre_tokenizer: byteLevel,
    post_processor: {
      type: "TemplateProcessing",
      single: [special(start), sequence, special(end)],
      pair: [special(start), sequence, special(end)],
      special_tokens: Object.fromEntries([named(1, start), named(2, end)]),
    },
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges: [],
    },
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

/** A printable character for each byte, as byte-level tokenizers have it: itself where it is printable Latin-1. */
function byteCharacters(): readonly string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCharCode(printable ? byte : next++);
  });
}
