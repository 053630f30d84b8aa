const START = "<|startoftext|>";
const END = "<|endoftext|>";
/** What CLIP's tokenizer pads with where its folder does not say. */
export const CLIP_PAD = END;
const WORDS = `${START}|${END}|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+`
  .replaceAll("<|", "<\\|")
  .replaceAll("|>", "\\|>");

/**
 * CLIP's byte-pair tokenizer in the Hugging Face form, from its older pair of files: vocabulary (token to id) and merges.
 * Radford et al. 2021 (arXiv 2103.00020), section 2.4: lower case, byte level, words ended by "</w>".
 */
export function clipTokenizerDefinition(
  vocabulary: Readonly<Record<string, number>>,
  merges: readonly (readonly [string, string])[],
): object {
  const id = (token: string) => vocabulary[token] ?? 0;
  const added = [START, END].map((content) => ({
    id: id(content),
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  return {
    version: "1.0",
    added_tokens: added,
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: "\\s+" }, content: " " },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: WORDS }, behavior: "Removed", invert: true },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: "RobertaProcessing",
      sep: [END, id(END)],
      cls: [START, id(START)],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: "ByteLevel" },
    model: {
      type: "BPE",
      unk_token: END,
      continuing_subword_prefix: "",
      end_of_word_suffix: "</w>",
      vocab: vocabulary,
      merges,
    },
  };
}

/** The pairs of a merges.txt; comment and blank lines are skipped. */
export function parseMerges(text: string): readonly (readonly [string, string])[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#version"));
  return lines.map((line) => {
    const [left = "", right = ""] = line.trimEnd().split(" ");
    return [left, right] as const;
  });
}
