import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import type { WeightedText } from "../prompt/parse-weighted-prompt.ts";
import { readJsonFile, readOptionalJsonFile } from "../model-folder/read-json-file.ts";
import { CLIP_PAD, clipTokenizerDefinition, parseMerges } from "./clip-definition.ts";
import { lowerLetterByLetter } from "./lower-case.ts";
import { readSentencePieceModel } from "./sentencepiece-model.ts";
import type { TextTokenizer, TokenChunk } from "./tokenizer.ts";
import { unigramDefinition, type UnigramDefinition } from "./unigram-definition.ts";

const TokenName = z.union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)]);
const TokenizerConfig = z.looseObject({
  model_max_length: z.number().nullish(),
  pad_token: TokenName.nullish(),
  eos_token: TokenName.nullish(),
});
const Definition = z.looseObject({ padding: z.looseObject({ pad_token: z.string().optional() }).nullish() });
const Vocabulary = z.record(z.string(), z.int());

/** Above this, model_max_length is transformers' way of saying that nobody knows. */
const LENGTH_LIMIT = 100_000;

/**
 * Opens the tokenizer of a model folder: tokenizer.json, a Unigram spiece.model, or a CLIP vocab.json with merges.txt.
 * Throws MODEL_UNAVAILABLE when none is there, MODEL_CORRUPT when one is damaged, UNSUPPORTED for another spiece.model.
 */
export async function openTokenizer(folder: string): Promise<TextTokenizer> {
  const config = (await readOptionalJsonFile(path.join(folder, "tokenizer_config.json"), TokenizerConfig)) ?? {};
  const { definition, padToken: ownPad } = await readDefinition(folder);
  const { tokenizer, before, after } = construct(folder, definition, config);
  const padToken = config.pad_token ?? ownPad ?? config.eos_token ?? null;
  const padding = padToken === null ? 0 : (tokenizer.token_to_id(padToken) ?? 0);
  const { model_max_length: lengthMax } = config;
  const whole = (parts: readonly WeightedText[], length: number): readonly TokenChunk[] => {
    const tokens = parts.flatMap(({ text, weight }) =>
      tokenizer.encode(text, { add_special_tokens: false }).ids.map((id) => ({ id, weight })),
    );
    const fits = Math.max(0, length - before.length - after.length);
    const room = Math.max(1, fits);
    return Array.from({ length: Math.max(1, Math.ceil(tokens.length / room)) }, (_, chunk) => {
      const body = tokens.slice(chunk * room, chunk * room + fits);
      const ids = [...before, ...body.map(({ id }) => id), ...after].slice(0, length);
      const weights = [...before.map(() => 1), ...body.map(({ weight }) => weight)];
      return {
        ids: [...ids, ...Array.from({ length: length - ids.length }, () => padding)],
        mask: Array.from({ length }, (_, i) => (i < ids.length ? 1 : 0)),
        weights: Array.from({ length }, (_, i) => weights[i] ?? 1),
      };
    });
  };
  return {
    lengthMax: typeof lengthMax === "number" && lengthMax <= LENGTH_LIMIT ? lengthMax : null,
    encodeWhole: whole,
    encode: (text, length) => {
      const [{ ids, mask } = { ids: [], mask: [] }] = whole([{ text, weight: 1 }], length);
      return { ids, mask };
    },
  };
}

interface Marks {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The tokenizer, with the special ids before and after a text, as it puts them around a letter. */
function construct(folder: string, definition: object, config: object): Marks & { readonly tokenizer: Tokenizer } {
  try {
    const tokenizer = new Tokenizer(lowerLetterByLetter(definition), config);
    const letter = tokenizer.encode("a", { add_special_tokens: false });
    return { tokenizer, ...marksAround(tokenizer.encode("a").ids, letter.ids) };
  } catch (cause) {
    throw new MezzotintError("MODEL_CORRUPT", `tokenizer ${path.basename(folder)}: its files make no tokenizer`, {
      cause,
    });
  }
}

async function readDefinition(folder: string): Promise<UnigramDefinition> {
  const definition = await readOptionalJsonFile(path.join(folder, "tokenizer.json"), Definition);
  if (definition !== null) return { definition, padToken: definition.padding?.pad_token ?? null };
  const pieces = await readPieces(path.join(folder, "spiece.model"));
  if (pieces !== null) return unigramDefinition(readSentencePieceModel(pieces));
  const merges = await readFile(path.join(folder, "merges.txt"), "utf8").catch((cause: unknown) => {
    const message = `tokenizer ${path.basename(folder)}: no tokenizer.json, spiece.model or vocab.json with merges.txt`;
    throw new MezzotintError("MODEL_UNAVAILABLE", message, { cause });
  });
  const vocabulary = await readJsonFile(path.join(folder, "vocab.json"), Vocabulary);
  return { definition: clipTokenizerDefinition(vocabulary, parseMerges(merges)), padToken: CLIP_PAD };
}

/** The largest in use, for a hundred languages, has 5 MB. */
const PIECES_BYTES_MAX = 64 * 1024 * 1024;

async function readPieces(file: string): Promise<Uint8Array | null> {
  const found = await stat(file).catch(() => null);
  if (found === null) return null;
  if (found.isFile() && found.size <= PIECES_BYTES_MAX) return readFile(file);
  const message = `spiece.model: expected a file of at most ${PIECES_BYTES_MAX} bytes, it has ${found.size}`;
  throw new MezzotintError("MODEL_CORRUPT", message);
}

/** The special ids that the tokenizer put before and after the ids of the text itself. */
function marksAround(whole: readonly number[], body: readonly number[]): Marks {
  const extra = whole.length - body.length;
  for (let start = 0; start <= extra; start++) {
    if (body.every((id, i) => whole[start + i] === id)) {
      return { before: whole.slice(0, start), after: whole.slice(start + body.length) };
    }
  }
  return { before: [], after: [] };
}
