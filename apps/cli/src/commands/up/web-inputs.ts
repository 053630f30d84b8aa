import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { REPOSITORY_ROOT } from "./paths.ts";

const Manifest = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });

const SKIPPED_FOLDERS = new Set([".next", ".turbo", "node_modules", "generated", "testing"]);
const SKIPPED_FILES = /\.test\.tsx?$|\.tsbuildinfo$|^next-env\.d\.ts$/;
const SHARED_FILES = ["package-lock.json", "prisma/schema.prisma"];

/** A hash of everything that decides what `next build` makes: the web app, the packages it uses, and the lock file. */
export async function hashWebInputs(root: string = REPOSITORY_ROOT): Promise<string> {
  const folders = await packagesUsedBy(root, "apps/web", new Set());
  const lists = await Promise.all([...folders].toSorted().map((folder) => filesUnder(root, folder)));
  const files = [...SHARED_FILES, ...lists.flat()];
  const contents = await Promise.all(files.map((file) => readFile(path.join(root, file))));
  const hash = createHash("sha256").update(process.version);
  files.forEach((file, index) => {
    const content = contents[index] ?? Buffer.alloc(0);
    hash.update(`\0${file}\0${content.length}\0`).update(content);
  });
  return hash.digest("hex");
}

async function packagesUsedBy(root: string, folder: string, found: Set<string>): Promise<Set<string>> {
  if (found.has(folder)) return found;
  found.add(folder);
  const text = await readFile(path.join(root, folder, "package.json"), "utf8");
  const { dependencies } = Manifest.parse(JSON.parse(text));
  for (const name of Object.keys(dependencies)) {
    if (name.startsWith("@mezzotint/"))
      await packagesUsedBy(root, `packages/${name.slice("@mezzotint/".length)}`, found);
  }
  return found;
}

async function filesUnder(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true });
  const lists = await Promise.all(
    entries
      .toSorted((left, right) => (left.name < right.name ? -1 : 1))
      .map(async (entry) => {
        const file = `${folder}/${entry.name}`;
        if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : filesUnder(root, file);
        return entry.isFile() && !SKIPPED_FILES.test(entry.name) ? [file] : [];
      }),
  );
  return lists.flat();
}
