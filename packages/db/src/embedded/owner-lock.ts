import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { identifyThisProcess, isSameProcessAlive } from "./process-identity.ts";

interface Owner {
  readonly pid: number;
  readonly startedAt: string;
  readonly nonce: string;
}

export interface OwnerLock {
  release(): Promise<void>;
}

const ATTEMPTS_MAX = 20;

function parseOwner(text: string): Owner | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const { pid, startedAt, nonce } = value as Partial<Record<keyof Owner, unknown>>;
    if (typeof pid !== "number" || typeof startedAt !== "string" || typeof nonce !== "string") return null;
    return { pid, startedAt, nonce };
  } catch {
    return null;
  }
}

async function readText(file: string): Promise<string | null> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}

async function linkUnlessPresent(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Puts a dead owner's lock aside. Another process may have taken it over since we read it: then what we moved is
 * not what we read, and it goes back.
 */
async function removeStale(file: string, staleText: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
  if ((await readText(aside)) !== staleText) await linkUnlessPresent(aside, file);
  await rm(aside, { force: true });
}

/** Takes the lock file for this process; `folder` is the name people know the locked thing by. */
export async function acquireOwnerLock(file: string, folder: string): Promise<OwnerLock> {
  const owner: Owner = { ...(await identifyThisProcess()), nonce: randomUUID() };
  const mine = `${file}.${owner.nonce}`;
  await writeFile(mine, `${JSON.stringify(owner)}\n`, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if (await linkUnlessPresent(mine, file)) return { release: () => release(file, owner) };
      const text = await readText(file);
      if (text === null) continue;
      const other = parseOwner(text);
      if (other !== null && (await isSameProcessAlive(other))) {
        throw new MezzotintError(
          "CONFLICT",
          `${folder} is in use by the running process ${other.pid}. Stop that process first, or choose another folder.`,
        );
      }
      await removeStale(file, text);
    }
  } finally {
    await rm(mine, { force: true });
  }
  throw new MezzotintError("CONFLICT", `Could not take the lock ${file} in ${ATTEMPTS_MAX} attempts.`);
}

async function release(file: string, owner: Owner): Promise<void> {
  const text = await readText(file);
  if (text !== null && parseOwner(text)?.nonce === owner.nonce) await rm(file, { force: true });
}
