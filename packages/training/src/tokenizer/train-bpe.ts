import { MezzotintError } from "@mezzotint/contracts/errors";
import { BYTE_CHARACTERS } from "./byte-alphabet.ts";

export interface BpeOptions {
  /** Words in byte characters with their counts, as `countWords` gives them. */
  readonly wordCounts: ReadonlyMap<string, number>;
  /** Special tokens, bytes and merges together; fewer when the corpus runs out of pairs. */
  readonly vocabularySize: number;
  /** They take the first ids, in this order. */
  readonly specialTokens: readonly string[];
}

export interface BpeModel {
  /** Token of every id. */
  readonly vocabulary: readonly string[];
  /** Merge rules in rank order. */
  readonly merges: readonly (readonly [left: string, right: string])[];
  readonly specialTokens: readonly string[];
}

interface Word {
  symbols: number[];
  readonly count: number;
}

/** Pairs are keyed by one number; vocabularies stay far below this base. */
const PAIR_BASE = 2 ** 20;

/**
 * Learns byte-level byte-pair encoding: again and again the most frequent neighbouring pair becomes one token; equal
 * counts go to the pair of the lower ids, so the same corpus always gives the same vocabulary. Throws INVALID_INPUT
 * when the size leaves no room for the 256 bytes (Sennrich et al. 2016, arXiv:1508.07909, algorithm 1).
 */
export function trainBpe({ wordCounts, vocabularySize, specialTokens }: BpeOptions): BpeModel {
  const vocabulary = [...specialTokens, ...BYTE_CHARACTERS];
  if (vocabularySize < vocabulary.length || vocabularySize > PAIR_BASE) {
    const range = `${vocabulary.length} to ${PAIR_BASE}`;
    throw new MezzotintError("INVALID_INPUT", `vocabulary size: expected ${range}, got ${vocabularySize}`);
  }
  const byteIds = new Map(BYTE_CHARACTERS.map((character, byte) => [character, specialTokens.length + byte]));
  const words: Word[] = Array.from(wordCounts, ([word, count]) => ({
    symbols: Array.from(word, (character) => byteIds.get(character) ?? 0),
    count,
  }));
  const pairs = new PairIndex(words);
  const known = new Set(vocabulary);
  const merges: [string, string][] = [];
  while (vocabulary.length < vocabularySize) {
    const best = pairs.mostFrequent();
    if (best === undefined) break;
    const left = vocabulary[Math.floor(best / PAIR_BASE)] as string;
    const right = vocabulary[best % PAIR_BASE] as string;
    const merged = left + right;
    // Two pairs can spell the same token; the rule is kept under the id the spelling already has.
    const id = known.has(merged) ? vocabulary.indexOf(merged) : vocabulary.push(merged) - 1;
    known.add(merged);
    merges.push([left, right]);
    pairs.merge(best, id);
  }
  return { vocabulary, merges, specialTokens };
}

/** Counts of all neighbouring pairs and the words they occur in, kept up to date merge by merge. */
class PairIndex {
  private readonly words: readonly Word[];
  private readonly counts = new Map<number, number>();
  private readonly places = new Map<number, Set<number>>();

  constructor(words: readonly Word[]) {
    this.words = words;
    for (let index = 0; index < words.length; index++) this.tally(index, 1);
  }

  mostFrequent(): number | undefined {
    let best: number | undefined;
    let bestCount = 0;
    for (const [pair, count] of this.counts) {
      if (count > bestCount || (count === bestCount && best !== undefined && pair < best)) {
        best = pair;
        bestCount = count;
      }
    }
    return best;
  }

  merge(pair: number, id: number): void {
    const left = Math.floor(pair / PAIR_BASE);
    const right = pair % PAIR_BASE;
    for (const index of this.places.get(pair) ?? []) {
      const word = this.words[index] as Word;
      this.tally(index, -1);
      word.symbols = joinPair(word.symbols, [left, right], id);
      this.tally(index, 1);
    }
    this.counts.delete(pair);
    this.places.delete(pair);
  }

  /** Adds or removes all pairs of one word; stale places are harmless, since a word without the pair stays as it is. */
  private tally(index: number, sign: 1 | -1): void {
    const { symbols, count } = this.words[index] as Word;
    for (let i = 0; i + 1 < symbols.length; i++) {
      const pair = (symbols[i] as number) * PAIR_BASE + (symbols[i + 1] as number);
      const total = (this.counts.get(pair) ?? 0) + sign * count;
      if (total === 0) this.counts.delete(pair);
      else this.counts.set(pair, total);
      if (sign === -1) continue;
      const places = this.places.get(pair);
      if (places === undefined) this.places.set(pair, new Set([index]));
      else places.add(index);
    }
  }
}

function joinPair(symbols: readonly number[], [left, right]: readonly [number, number], id: number): number[] {
  const joined: number[] = [];
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === left && symbols[i + 1] === right) {
      joined.push(id);
      i++;
    } else joined.push(symbols[i] as number);
  }
  return joined;
}
