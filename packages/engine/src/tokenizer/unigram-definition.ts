import { MezzotintError } from "@mezzotint/contracts/errors";
import type { SentencePieceModel } from "./sentencepiece-model.ts";

const UNIGRAM = 1;
const SPACE = "\u2581";
/** T5 was trained with 100 marks for gaps, which stand behind the pieces; the original's file does not have them. */
const GAPS = 100;

/** A tokenizer in the Hugging Face form, and the mark it pads with. */
export interface UnigramDefinition {
  readonly definition: object;
  readonly padToken: string | null;
}

/**
 * T5's tokenizer out of its SentencePiece model: words begin with "\u2581", the likeliest pieces are taken, an end mark
 * follows. Kudo 2018 (arXiv 1804.10959); Raffel et al. 2020 (arXiv 1910.10683). Throws UNSUPPORTED for another algorithm,
 * byte pieces or a rule of normalisation that is not known, MODEL_CORRUPT for marks that are no pieces.
 */
export function unigramDefinition(model: SentencePieceModel): UnigramDefinition {
  const { pieces, algorithm, unknownId, endId, padId } = model;
  if (algorithm !== UNIGRAM || pieces.some(({ kind }) => kind === "byte")) {
    const found = algorithm === UNIGRAM ? "byte pieces" : `algorithm ${algorithm}`;
    throw new MezzotintError("UNSUPPORTED", `spiece.model: expected Unigram without byte pieces, got ${found}`);
  }
  const textOf = (id: number) => pieces[id]?.text ?? null;
  const [unknown, end] = [textOf(unknownId), textOf(endId)];
  if (unknown === null || end === null) {
    const found = `unknown ${unknownId} and end ${endId} of ${pieces.length} pieces`;
    throw new MezzotintError("MODEL_CORRUPT", `spiece.model: its marks are no pieces: ${found}`);
  }
  const hasGaps = pieces.some(({ text }) => text === "<extra_id_0>");
  const gaps = hasGaps ? [] : Array.from({ length: GAPS }, (_, i) => `<extra_id_${GAPS - 1 - i}>`);
  const marks = [
    ...pieces.flatMap(({ text, kind }, id) => (kind === "normal" || kind === "unused" ? [] : [markOf(id, text)])),
    ...gaps.map((text, i) => markOf(pieces.length + i, text)),
  ];
  const special = { id: end, ids: [endId], tokens: [end] };
  const endMark = { SpecialToken: { id: end, type_id: 0 } };
  return {
    padToken: textOf(padId),
    definition: {
      version: "1.0",
      added_tokens: marks,
      normalizer: { type: "Sequence", normalizers: normalizersOf(model) },
      pre_tokenizer: {
        type: "Sequence",
        pretokenizers: [
          { type: "WhitespaceSplit" },
          { type: "Metaspace", replacement: SPACE, add_prefix_space: true, prepend_scheme: "always" },
        ],
      },
      post_processor: {
        type: "TemplateProcessing",
        single: [{ Sequence: { id: "A", type_id: 0 } }, endMark],
        pair: [{ Sequence: { id: "A", type_id: 0 } }, endMark, { Sequence: { id: "B", type_id: 0 } }, endMark],
        special_tokens: { [end]: special },
      },
      decoder: { type: "Metaspace", replacement: SPACE, add_prefix_space: true, prepend_scheme: "always" },
      model: {
        type: "Unigram",
        unk_id: unknownId,
        // A private character keeps the place of a piece that texts must not be cut into.
        vocab: [
          ...pieces.map(({ text, score, kind }, id) => [kind === "unused" ? `\u{10fffd}${id}` : text, score]),
          ...gaps.map((text) => [text, 0]),
        ],
      },
    },
  };
}

function markOf(id: number, content: string): object {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

function normalizersOf({ normalizer }: SentencePieceModel): object[] {
  switch (normalizer) {
    case "identity":
      return [];
    case "nfkc":
      return [{ type: "NFKC" }];
    case "nmt_nfkc":
      return [{ type: "Precompiled" }];
    case "nmt_nfkc_cf":
      return [{ type: "Precompiled" }, { type: "Lowercase" }];
    default:
      throw new MezzotintError(
        "UNSUPPORTED",
        `spiece.model: texts are normalised by "${normalizer}", which is not known`,
      );
  }
}
