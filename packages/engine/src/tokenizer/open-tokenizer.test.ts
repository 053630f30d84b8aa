import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { openTokenizer } from "./open-tokenizer.ts";

const source = path.join(import.meta.dirname, "../__fixtures__/pipelines/tiny-sd/tokenizer");
const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-tokenizer-"));
afterAll(() => rm(scratch, { recursive: true }));
const [START, END] = [516, 517];

test("text is framed, padded and cut so that the end mark stays", async () => {
  const tokenizer = await openTokenizer(source);
  expect(tokenizer.lengthMax).toBe(77);
  const { ids, mask } = tokenizer.encode("A  cat", 77);
  expect(ids).toHaveLength(77);
  expect([ids[0], ids.at(-1)]).toEqual([START, END]);
  expect(mask.reduce((sum, one) => sum + one, 0)).toBe(ids.indexOf(END) + 1);
  const long = tokenizer.encode("word ".repeat(100), 77).ids;
  expect(long).toHaveLength(77);
  expect(long.indexOf(END)).toBe(76);
  expect(tokenizer.encode("a cat", 2)).toEqual({ ids: [START, END], mask: [1, 1] });
  expect(tokenizer.encode("", 5).ids).toEqual([START, END, END, END, END]);
});

test("vocab.json with merges.txt make the same tokenizer as tokenizer.json", async () => {
  const old = path.join(scratch, "old");
  for (const file of ["vocab.json", "merges.txt", "tokenizer_config.json"])
    await cp(path.join(source, file), path.join(old, file));
  const [ours, theirs] = [await openTokenizer(old), await openTokenizer(source)];
  for (const text of ["a photo of an astronaut", "it's 3.14159 #hash @you", "café 红苹果 🍎", "<|endoftext|> x", ""]) {
    expect(ours.encode(text, 77)).toEqual(theirs.encode(text, 77));
  }
});

test("without a configuration CLIP pads with its end mark, and tokenizer.json with what it names", async () => {
  const bare = path.join(scratch, "bare");
  for (const file of ["vocab.json", "merges.txt"]) await cp(path.join(source, file), path.join(bare, file));
  expect((await openTokenizer(bare)).encode("", 4).ids).toEqual([START, END, END, END]);
  const definition: unknown = JSON.parse(await readFile(path.join(source, "tokenizer.json"), "utf8"));
  const padding = { strategy: "BatchLongest", direction: "Right", pad_id: 0, pad_type_id: 0, pad_token: "a" };
  const padded = path.join(scratch, "padded");
  await mkdir(padded);
  await writeFile(path.join(padded, "tokenizer.json"), JSON.stringify({ ...Object(definition), padding }));
  expect((await openTokenizer(padded)).encode("", 4).ids).toEqual([START, END, 64, 64]);
});

// Ids from Hugging Face's tokenizers 0.23.2 with the same tokenizer.json.
test.each([
  ["ΟΔΟΣ Σ' ςΣ", [138, 123, 138, 112, 138, 123, 139, 481, 139, 481, 262, 139, 224, 139, 481]],
  ["ΑΣ.", [138, 109, 139, 481, 269]],
  ["İI", [328, 136, 485, 328]],
])("%s is lowered letter by letter", async (text, body) => {
  const { ids } = (await openTokenizer(source)).encode(text, 77);
  expect(ids.slice(0, body.length + 2)).toEqual([START, ...body, END]);
});

test("missing and damaged files are told apart", async () => {
  await expect(openTokenizer(path.join(scratch, "nowhere"))).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
  const damaged = path.join(scratch, "damaged");
  await cp(source, damaged, { recursive: true });
  await writeFile(path.join(damaged, "tokenizer.json"), '{"model": ');
  await expect(openTokenizer(damaged)).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
});
