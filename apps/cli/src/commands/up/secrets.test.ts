import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readOrCreateSecrets } from "./secrets.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "mezzotint-secrets-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

it("makes a secret once, for its owner's eyes, even when two start at the same time", async () => {
  const data = path.join(folder, "new/data");
  const [one, two] = await Promise.all([readOrCreateSecrets(data), readOrCreateSecrets(data)]);
  expect(one.betterAuthSecret.length).toBeGreaterThanOrEqual(32);
  expect(two).toEqual(one);
  expect(await readOrCreateSecrets(data)).toEqual(one);
  expect((await stat(path.join(data, "secrets.json"))).mode & 0o777).toBe(0o600);
});

it("refuses a damaged file with a sentence", async () => {
  await writeFile(path.join(folder, "secrets.json"), `{"betterAuthSecret":"short"}`);
  await expect(readOrCreateSecrets(folder)).rejects.toThrow(
    /does not hold a betterAuthSecret of at least 32 characters/,
  );
});
