import { MezzotintError } from "@mezzotint/contracts/errors";
import { bytesSource, type ByteSource } from "@mezzotint/onnx/byte-source";
import { fieldsOf, floatOf, integerOf, messageOf, textOf, type Field, type Span } from "@mezzotint/onnx/message-fields";

/** What a piece is for, by its number in the file. */
const PIECE_KINDS = { 1: "normal", 2: "unknown", 3: "control", 4: "user", 5: "unused", 6: "byte" } as const;
export type PieceKind = (typeof PIECE_KINDS)[keyof typeof PIECE_KINDS];

export interface Piece {
  readonly text: string;
  /** Logarithm of its probability. */
  readonly score: number;
  readonly kind: PieceKind;
}

/** What a spiece.model says; its ids are places in `pieces`, negative where there is no such piece. */
export interface SentencePieceModel {
  readonly pieces: readonly Piece[];
  /** 1 is Unigram; 2 to 4 are byte pairs, words and characters. */
  readonly algorithm: number;
  readonly unknownId: number;
  readonly endId: number;
  readonly padId: number;
  /** The rule that texts are normalised by, such as "nmt_nfkc". */
  readonly normalizer: string;
}

const PIECES_MAX = 1_000_000;
const TEXT_LENGTH_MAX = 1_000;

/** Field numbers of sentencepiece_model.proto. */
const MODEL = { piece: 1, trainer: 2, normalizer: 3 };
const PIECE = { text: 1, score: 2, kind: 3 };
const TRAINER = { algorithm: 3, unknown: 40, end: 42, pad: 43 };
const NORMALIZER = { name: 1 };

/**
 * Reads a SentencePiece model (protocol buffers). Kudo & Richardson 2018 (arXiv 1808.06226). Throws MODEL_CORRUPT for
 * bytes that are none, with the byte where they break, and for more or longer pieces than any tokenizer has.
 */
export function readSentencePieceModel(bytes: Uint8Array): SentencePieceModel {
  try {
    return readModel(bytes);
  } catch (cause) {
    if (cause instanceof SentencePieceError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SentencePieceError(`damaged or cut off (${reason})`, { cause });
  }
}

class SentencePieceError extends MezzotintError {
  constructor(found: string, options?: ErrorOptions) {
    super("MODEL_CORRUPT", `spiece.model: ${found}`, options);
  }
}

function readModel(bytes: Uint8Array): SentencePieceModel {
  const source = bytesSource(bytes);
  const pieces: Piece[] = [];
  let trainer = { algorithm: 1, unknownId: 0, endId: 2, padId: -1 };
  let normalizer = "nmt_nfkc";
  for (const field of fieldsOf(source, { start: 0, end: bytes.length })) {
    if (field.number === MODEL.piece) {
      if (pieces.length >= PIECES_MAX) throw new SentencePieceError(`more than ${PIECES_MAX} pieces`);
      pieces.push(readPiece(source, messageOf(source, field), pieces.length));
    }
    if (field.number === MODEL.trainer) trainer = readTrainer(source, messageOf(source, field), trainer);
    if (field.number === MODEL.normalizer) normalizer = readNormalizer(source, messageOf(source, field)) ?? normalizer;
  }
  if (pieces.length === 0) throw new SentencePieceError("no pieces");
  return { pieces, ...trainer, normalizer };
}

function readPiece(source: ByteSource, span: Span, place: number): Piece {
  let [text, score, kind] = ["", 0, 1];
  for (const field of fieldsOf(source, span)) {
    if (field.number === PIECE.text) text = textOf(source, field);
    if (field.number === PIECE.score) score = floatOf(source, field);
    if (field.number === PIECE.kind) kind = integerOf(source, field);
  }
  if (text === "" || text.length > TEXT_LENGTH_MAX)
    throw new SentencePieceError(`piece ${place} has ${text.length} characters`);
  if (!Number.isFinite(score)) throw new SentencePieceError(`piece ${place} has the score ${score}`);
  const known = Object.entries(PIECE_KINDS).find(([number]) => Number(number) === kind);
  if (known === undefined) throw new SentencePieceError(`piece ${place} is of kind ${kind}`);
  return { text, score, kind: known[1] };
}

type Trainer = Pick<SentencePieceModel, "algorithm" | "unknownId" | "endId" | "padId">;

function readTrainer(source: ByteSource, span: Span, usual: Trainer): Trainer {
  const fields = new Map<number, Field>([...fieldsOf(source, span)].map((field) => [field.number, field]));
  const numberOf = (number: number, otherwise: number) => {
    const field = fields.get(number);
    return field === undefined ? otherwise : integerOf(source, field);
  };
  return {
    algorithm: numberOf(TRAINER.algorithm, usual.algorithm),
    unknownId: numberOf(TRAINER.unknown, usual.unknownId),
    endId: numberOf(TRAINER.end, usual.endId),
    padId: numberOf(TRAINER.pad, usual.padId),
  };
}

function readNormalizer(source: ByteSource, span: Span): string | null {
  for (const field of fieldsOf(source, span)) if (field.number === NORMALIZER.name) return textOf(source, field);
  return null;
}
