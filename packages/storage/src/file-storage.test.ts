import { createHash, randomBytes } from "node:crypto";
import { appendFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFileStorage } from "./file-storage.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mezzotint-storage-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

test("bytes come back under the hash of their content, once however often they are stored", async () => {
  const storage = createFileStorage(join(folder, "new", "place"));
  const bytes = new Uint8Array(randomBytes(100_000));
  const keys = await Promise.all(Array.from({ length: 20 }, () => storage.put(bytes)));
  const [key = ""] = keys;
  expect(new Set(keys)).toEqual(new Set([createHash("sha256").update(bytes).digest("hex")]));
  expect(await filesIn(folder)).toEqual([key]);
  expect(await storage.get(key)).toEqual(bytes);
  expect(await storage.has(key)).toBe(true);
  await storage.remove(key);
  await storage.remove(key);
  expect(await storage.has(key)).toBe(false);
  await expect(storage.get(key)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a damaged file is refused with both hashes", async () => {
  const storage = createFileStorage(folder);
  const key = await storage.put(new TextEncoder().encode("a picture"));
  await appendFile(join(folder, key.slice(0, 2), key.slice(2, 4), key), "!");
  await expect(storage.get(key)).rejects.toMatchObject({
    code: "STORAGE_UNAVAILABLE",
    message: expect.stringMatching(new RegExp(`File ${key} is damaged: its 10 bytes hash to [0-9a-f]{64}`)),
  });
});

test("a folder that vanishes is reported and not made anew", async () => {
  const storage = createFileStorage(folder);
  const key = await storage.put(new Uint8Array([1]));
  await rm(folder, { recursive: true });
  const gone = { code: "STORAGE_UNAVAILABLE", message: expect.stringContaining("the folder is gone") };
  await expect(storage.put(new Uint8Array([2]))).rejects.toMatchObject(gone);
  await expect(storage.get(key)).rejects.toMatchObject(gone);
});

test("a place where nothing can be written is reported with its reason", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  expect(() => createFileStorage(file)).toThrow("a file stands where the folder should be");
  const storage = createFileStorage(join(folder, "blocked"));
  const key = createHash("sha256")
    .update(new Uint8Array([3]))
    .digest("hex");
  await writeFile(join(folder, "blocked", key.slice(0, 2)), "");
  await expect(storage.put(new Uint8Array([3]))).rejects.toMatchObject({
    code: "STORAGE_UNAVAILABLE",
    message: expect.stringContaining("part of the path is a file"),
  });
});

test("keys are hashes: no key leads out of the folder", async () => {
  const storage = createFileStorage(folder);
  await expect(storage.get("../../etc/passwd")).rejects.toMatchObject({ code: "INVALID_INPUT" });
});
