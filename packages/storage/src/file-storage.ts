import { createHash, randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { access, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Storage } from "./storage.ts";

const KEY = /^[0-9a-f]{64}$/;

/** What the operating system's codes mean to somebody who has to do something about it. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "the folder may not be accessed",
  EPERM: "the folder may not be changed",
  ENOTDIR: "part of the path is a file",
  ENOENT: "the folder is gone",
  EEXIST: "a file stands where the folder should be",
  EMFILE: "too many files are open",
  EIO: "the disk reports an error",
};

/**
 * Storage in a folder of this machine: `<folder>/ab/cd/abcd…`, two levels so that no folder grows large.
 * A file appears under its key only whole: it is written beside, synced and renamed.
 * The folder is made here and never later: one that vanishes, an unmounted disk perhaps, must not be filled anew.
 */
export function createFileStorage(folder: string): Storage {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw unavailable(folder, error);
  }
  return {
    put: (bytes) => guard(folder, () => putFile(folder, bytes)),
    get: (key) => guard(folder, () => getFile(folder, key)),
    has: (key) => guard(folder, () => hasFile(pathOf(folder, key))),
    remove: (key) => guard(folder, () => rm(pathOf(folder, key), { force: true })),
  };
}

async function putFile(folder: string, bytes: Uint8Array): Promise<string> {
  const key = sha256(bytes);
  const path = pathOf(folder, key);
  if (await hasFile(path)) return key;
  await makeFolder(dirname(dirname(path)));
  await makeFolder(dirname(path));
  const part = `${path}.${randomBytes(6).toString("hex")}.part`;
  try {
    await writeSynced(part, bytes);
    await rename(part, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return key;
}

async function getFile(folder: string, key: string): Promise<Uint8Array> {
  const bytes = await readFile(pathOf(folder, key)).catch(async (error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
    await access(folder);
    throw new MezzotintError("NOT_FOUND", `File ${key} is not in storage.`, { cause: error });
  });
  const actual = sha256(bytes);
  if (actual !== key) {
    throw new MezzotintError(
      "STORAGE_UNAVAILABLE",
      `File ${key} is damaged: its ${bytes.length} bytes hash to ${actual}.`,
    );
  }
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function hasFile(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

async function guard<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof MezzotintError ? error : unavailable(folder, error);
  }
}

function unavailable(folder: string, error: unknown): MezzotintError {
  const code = codeOf(error) ?? "unknown";
  const reason = REASONS[code] ?? `the operating system says ${code}`;
  return new MezzotintError("STORAGE_UNAVAILABLE", `Storage in ${folder} failed: ${reason}.`, { cause: error });
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    if (codeOf(error) !== "EEXIST") throw error;
  });
}

function pathOf(folder: string, key: string): string {
  if (!KEY.test(key))
    throw new MezzotintError("INVALID_INPUT", `A storage key is 64 hexadecimal digits, got ${key.length} characters.`);
  return join(folder, key.slice(0, 2), key.slice(2, 4), key);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}
