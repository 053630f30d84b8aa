import { execFile, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { MezzotintError } from "@mezzotint/contracts/errors";

const run = promisify(execFile);

/** The operating system user that PostgreSQL runs as. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const CANDIDATES = ["postgres", "mezzotint"] as const;

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function findUser(matches: (name: string, uid: number) => boolean): Promise<ServerUser | null> {
  const text = await readFile("/etc/passwd", "utf8").catch(() => "");
  for (const line of text.split("\n")) {
    const [name, , uid, gid] = line.split(":");
    if (name === undefined || uid === undefined || gid === undefined) continue;
    if (matches(name, Number(uid))) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return null;
}

async function createUser(): Promise<void> {
  const name = "mezzotint";
  const flags = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name];
  await run("useradd", flags).catch((error: unknown) => {
    throw new MezzotintError(
      "UNSUPPORTED",
      `PostgreSQL refuses to run as root, and no user "postgres" exists and "useradd ${name}" failed. Create a user named ${name}, start Mezzotint as an ordinary user, or set DATABASE_URL.`,
      { cause: error },
    );
  });
}

/**
 * Who runs the server: null for this process's own user; for root an ordinary user, because PostgreSQL refuses root.
 * A database that exists already keeps its owner.
 */
export async function chooseServerUser(dataOwnerUid: number | null): Promise<ServerUser | null> {
  if (!isRoot()) return null;
  if (dataOwnerUid !== null && dataOwnerUid !== 0) {
    const owner = await findUser((_name, uid) => uid === dataOwnerUid);
    return owner ?? { name: String(dataOwnerUid), uid: dataOwnerUid, gid: dataOwnerUid };
  }
  for (const candidate of CANDIDATES) {
    const user = await findUser((name) => name === candidate);
    if (user !== null) return user;
  }
  await createUser();
  const created = await findUser((name) => name === "mezzotint");
  if (created === null)
    throw new MezzotintError("UNSUPPORTED", "The user mezzotint was created but is not in /etc/passwd.");
  return created;
}

/** Whether the user can enter the folder; asked by trying, because modes alone do not tell (ACLs, mounts). */
export function canEnter(user: ServerUser | null, folder: string): boolean {
  if (user === null) return true;
  const test = spawnSync("/bin/sh", ["-c", 'cd "$1"', "sh", folder], { uid: user.uid, gid: user.gid, cwd: "/" });
  return test.status === 0;
}
