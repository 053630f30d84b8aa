import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { MessageWriter } from "@mezzotint/onnx/protobuf";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { openTokenizer } from "./open-tokenizer.ts";
import { readSentencePieceModel } from "./sentencepiece-model.ts";

const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-unigram-"));
afterAll(() => rm(scratch, { recursive: true }));

/** Pieces of T5's kind: pad, end and unknown come first. */
const MARKS = [
  ["<pad>", 0, 3],
  ["</s>", 0, 3],
  ["<unk>", 0, 2],
] as const;
const WORDS: readonly (readonly [string, number])[] = [
  ["\u2581", -2.1],
  ["\u2581a", -3.3],
  ["a", -4.2],
  ["ab", -4.9],
  ["\u2581ab", -6.4],
  ["b", -4.4],
  ["ba", -5.1],
  ["c", -5],
  ["abc", -7.7],
  ["bca", -6.6],
];
const FIRST = MARKS.length;

interface Trainer {
  readonly algorithm?: number;
  readonly normalizer?: string;
  readonly kindOfLast?: number;
}

function spiece({ algorithm = 1, normalizer = "nmt_nfkc", kindOfLast = 1 }: Trainer = {}): Uint8Array {
  const writer = new MessageWriter();
  for (const [text, score, kind] of MARKS)
    writer.message(1, (piece) => piece.text(1, text).float(2, score).int(3, kind));
  for (const [i, [text, score]] of WORDS.entries()) {
    const kind = i === WORDS.length - 1 ? kindOfLast : 1;
    writer.message(1, (piece) => piece.text(1, text).float(2, score).int(3, kind));
  }
  writer.message(2, (trainer) => trainer.int(3, algorithm).int(40, 2).int(41, -1).int(42, 1).int(43, 0));
  writer.message(3, (rules) => rules.text(1, normalizer).bytes(2, new Uint8Array(8)));
  return writer.finish();
}

let folders = 0;
async function folderWith(content: Uint8Array): Promise<string> {
  const folder = path.join(scratch, String(folders++));
  await mkdir(folder);
  await writeFile(path.join(folder, "spiece.model"), content);
  return folder;
}

/** The likeliest way to cut a word into pieces, by trying all of them. */
function likeliest(word: string): number[] {
  const ways = (rest: string): { ids: number[]; score: number }[] => {
    if (rest === "") return [{ ids: [], score: 0 }];
    return WORDS.flatMap(([piece, score], i) =>
      rest.startsWith(piece)
        ? ways(rest.slice(piece.length)).map((way) => ({ ids: [FIRST + i, ...way.ids], score: score + way.score }))
        : [],
    );
  };
  const [best] = ways(word).toSorted((one, other) => other.score - one.score);
  return best?.ids ?? [];
}

test("a folder with a spiece.model alone cuts words into their likeliest pieces, ends and pads them", async () => {
  const tokenizer = await openTokenizer(await folderWith(spiece()));
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(fc.array(letters, { minLength: 1, maxLength: 3 }), (words) => {
      const expected = words.flatMap((word) => likeliest(`\u2581${word}`));
      const { ids, mask } = tokenizer.encode(`  ${words.join("   ")} `, 64);
      expect(ids.slice(0, expected.length + 1)).toEqual([...expected, 1]);
      expect(ids.slice(expected.length + 1).every((id) => id === 0)).toBe(true);
      expect(mask.reduce((sum, one) => sum + one, 0)).toBe(expected.length + 1);
    }),
  );
  expect(tokenizer.encode("", 3)).toEqual({ ids: [1, 0, 0], mask: [1, 0, 0] });
  // What no piece begins with is unknown; full-width letters are the letters.
  expect(tokenizer.encode("\uff41z", 4).ids).toEqual([FIRST + 1, 2, 1, 0]);
  expect(tokenizer.encode("<extra_id_0>", 3).ids).toEqual([FIRST + WORDS.length + 99, 1, 0]);
});

test("pieces that are out of use are no pieces", async () => {
  const tokenizer = await openTokenizer(await folderWith(spiece({ kindOfLast: 5 })));
  expect(tokenizer.encode("bca", 8).ids).not.toContain(FIRST + WORDS.length - 1);
  expect((await openTokenizer(await folderWith(spiece()))).encode("bca", 8).ids).toContain(FIRST + WORDS.length - 1);
});

test("what is another algorithm, damaged or too large is refused with the reason", async () => {
  const open = async (content: Uint8Array) => openTokenizer(await folderWith(content));
  await expect(open(spiece({ algorithm: 2 }))).rejects.toThrow("expected Unigram without byte pieces, got algorithm 2");
  await expect(open(spiece({ kindOfLast: 6 }))).rejects.toMatchObject({ code: "UNSUPPORTED" });
  await expect(open(spiece({ normalizer: "user_defined" }))).rejects.toThrow('normalised by "user_defined"');
  await expect(open(spiece({ kindOfLast: 9 }))).rejects.toThrow("piece 12 is of kind 9");
  await expect(open(new Uint8Array())).rejects.toThrow("no pieces");
  const whole = spiece();
  for (const length of [1, 40, whole.length - 3]) {
    const refused = open(whole.slice(0, length));
    await expect(refused).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
    await expect(refused).rejects.toThrow(/^spiece\.model: (damaged or cut off|its marks are no pieces)/);
  }
  const folder = await folderWith(whole);
  await truncate(path.join(folder, "spiece.model"), 64 * 1024 * 1024 + 1);
  await expect(openTokenizer(folder)).rejects.toThrow("at most 67108864 bytes, it has 67108865");
  expect(() => readSentencePieceModel(Uint8Array.of(0x0a, 0x02, 0x0a, 0x00))).toThrow("piece 0 has 0 characters");
});
