import { execFile } from "node:child_process";
import { chmod, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A way for a storage folder to fail, until it is undone. */
export interface StorageFault {
  readonly name: string;
  /** What the attempt's error must say. */
  readonly words: string;
  /** Undoes what it did; null when this process may not do it on this machine. */
  begin(folder: string): Promise<(() => Promise<unknown>) | null>;
}

const FILL_BYTES = 1_048_576;

export const STORAGE_FAULTS: readonly StorageFault[] = [
  {
    name: "gone",
    words: "the folder is gone",
    async begin(folder) {
      await rename(folder, `${folder}-away`);
      return () => rename(`${folder}-away`, folder);
    },
  },
  {
    name: "read-only",
    words: process.getuid?.() === 0 ? "the file system is read-only" : "the folder may not be accessed",
    async begin(folder) {
      // No file permission stops root: there it is a disk that is mounted read-only.
      if (process.getuid?.() === 0) return mountOver(folder, "ro,size=64k");
      await chmod(folder, 0o555);
      return () => chmod(folder, 0o755);
    },
  },
  {
    name: "full",
    words: "the disk is full",
    async begin(folder) {
      const undo = await mountOver(folder, "size=64k");
      if (undo === null) return null;
      await writeFile(join(folder, "filling"), new Uint8Array(FILL_BYTES)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOSPC") throw error;
      });
      return undo;
    },
  },
];

/** Another, small disk in the folder's place; what was in the folder is back afterwards. Only root of a Linux may. */
async function mountOver(folder: string, options: string): Promise<(() => Promise<unknown>) | null> {
  if (process.getuid?.() !== 0 || process.platform !== "linux") return null;
  try {
    await run("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
  } catch {
    // A container's root may not mount; whoever asked says that this was left out.
    return null;
  }
  return () => run("umount", [folder]);
}
