import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, readlink, realpath, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { canEnter, chooseServerUser } from "./server-user.ts";
import type { ServerUser } from "./server-user.ts";

/** Where one installation's PostgreSQL lives, and who runs it. */
export interface ClusterHome {
  /** Holds data/, password, port, owner.json and server.log. */
  readonly folder: string;
  readonly user: ServerUser | null;
  /** A sentence for people when the data could not stay inside the data folder. */
  readonly notice: string | null;
}

/** For root only: a place that the server's user can reach when the data folder is below a closed one such as /root. */
export const SHARED_FOLDER = "/var/lib/mezzotint";

async function dataOwner(folder: string): Promise<number | null> {
  const found = await stat(path.join(folder, "data")).catch(() => null);
  return found === null ? null : found.uid;
}

/** Finds or makes the home; `<dataFolder>/postgres` is it, or a symbolic link to it. */
export async function prepareClusterHome(dataFolder: string): Promise<ClusterHome> {
  await mkdir(dataFolder, { recursive: true });
  const entry = path.join(dataFolder, "postgres");
  if ((await lstat(entry).catch(() => null)) !== null) return existingHome(entry);
  const user = await chooseServerUser(null);
  if (canEnter(user, dataFolder)) {
    await mkdir(entry, { mode: 0o755 });
    await chmod(entry, 0o755);
    return { folder: await realpath(entry), user, notice: null };
  }
  const folder = path.join(SHARED_FOLDER, `cluster-${randomBytes(6).toString("hex")}`);
  await mkdir(SHARED_FOLDER, { recursive: true, mode: 0o755 });
  await mkdir(folder, { mode: 0o755 });
  await chmod(folder, 0o755);
  await writeFile(path.join(folder, "origin"), `${path.resolve(dataFolder)}\n`);
  await symlink(folder, entry);
  return { folder, user, notice: movedNotice({ dataFolder, folder, user }) };
}

function movedNotice(moved: { dataFolder: string; folder: string; user: ServerUser | null }): string {
  return `The database is kept in ${moved.folder} (linked from ${moved.dataFolder}): PostgreSQL runs as the user ${moved.user?.name ?? "?"}, who may not enter ${moved.dataFolder}.`;
}

async function existingHome(entry: string): Promise<ClusterHome> {
  const folder = await realpath(entry).catch(async () => {
    const target = await readlink(entry);
    throw new MezzotintError(
      "DATABASE_UNAVAILABLE",
      `The database should be in ${target} (linked from ${entry}), but that folder is gone. Bring it back, or remove the link to start with an empty database.`,
    );
  });
  const uid = await dataOwner(folder);
  const thisUid = process.getuid?.() ?? null;
  if (uid !== null && thisUid !== null && thisUid !== 0 && uid !== thisUid) {
    throw new MezzotintError(
      "DATABASE_UNAVAILABLE",
      `The database in ${folder} belongs to the user with id ${uid}, and this process runs as ${thisUid}. Start Mezzotint as root or as that user, or choose another data folder.`,
    );
  }
  const user = await chooseServerUser(uid);
  if (!canEnter(user, folder)) {
    throw new MezzotintError(
      "DATABASE_UNAVAILABLE",
      `PostgreSQL runs as the user ${user?.name ?? "?"}, who may not enter ${folder}. Open its parent folders (chmod o+x), or move the folder and leave a symbolic link.`,
    );
  }
  return { folder, user, notice: null };
}
