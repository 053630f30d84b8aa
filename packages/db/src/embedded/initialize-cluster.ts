import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { ClusterHome } from "./cluster-home.ts";
import type { NativeBinaries } from "./native-binaries.ts";

export const SUPERUSER = "mezzotint";

/** The superuser's password: generated once, readable only by whoever starts Mezzotint. */
async function readOrCreatePassword(home: ClusterHome): Promise<string> {
  const file = path.join(home.folder, "password");
  const existing = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (existing !== null && existing.trim() !== "") return existing.trim();
  const password = randomBytes(24).toString("base64url");
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return password;
}

async function initdb(home: ClusterHome, binaries: NativeBinaries, password: string): Promise<void> {
  // Made beside its place and moved there when complete, so that an interrupted start leaves no half database.
  const unfinished = path.join(home.folder, "data.unfinished");
  const passwordFile = path.join(home.folder, "password.initdb");
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (home.user !== null) {
    await chown(unfinished, home.user.uid, home.user.gid);
    await chown(passwordFile, home.user.uid, home.user.gid);
  }
  const locale = process.platform === "linux" ? "C.UTF-8" : "C";
  const flags = [
    `--pgdata=${unfinished}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    `--locale=${locale}`,
    "--lc-messages=C",
  ];
  try {
    await runInitdb(home, path.join(binaries.folder, "bin/initdb"), flags);
    await rename(unfinished, path.join(home.folder, "data"));
  } finally {
    await rm(passwordFile, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function runInitdb(home: ClusterHome, command: string, flags: readonly string[]): Promise<void> {
  const identity = home.user === null ? {} : { uid: home.user.uid, gid: home.user.gid };
  const child = spawn(command, [...flags], {
    cwd: home.folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" },
    ...identity,
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ending = await new Promise<string | null>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(code === 0 ? null : `it ended with ${code ?? signal ?? "nothing"}`));
  });
  if (ending === null) return;
  const last = said.trim().split("\n").at(-1) ?? "";
  throw new MezzotintError(
    "DATABASE_UNAVAILABLE",
    `PostgreSQL could not create a database in ${home.folder}: ${last === "" ? ending : `${ending}: ${last}`}`,
  );
}

async function checkVersion(home: ClusterHome, binaries: NativeBinaries): Promise<void> {
  const data = path.join(home.folder, "data");
  const text = await readFile(path.join(data, "PG_VERSION"), "utf8").catch(() => null);
  const advice = `Move ${home.folder} away to start with an empty database, or set DATABASE_URL.`;
  if (text === null) {
    throw new MezzotintError("DATABASE_UNAVAILABLE", `${data} holds no PostgreSQL database (no PG_VERSION). ${advice}`);
  }
  if (text.trim() !== String(binaries.majorVersion)) {
    throw new MezzotintError(
      "DATABASE_UNAVAILABLE",
      `The database in ${data} was made by PostgreSQL ${text.trim()}, and this Mezzotint carries PostgreSQL ${binaries.majorVersion}. Dump it with the version that made it, or: ${advice}`,
    );
  }
}

/** Creates the cluster when there is none, checks the one there is; returns the superuser's password. */
export async function initializeCluster(home: ClusterHome, binaries: NativeBinaries): Promise<string> {
  const entries = await readdir(path.join(home.folder, "data")).catch(() => null);
  if (entries !== null && entries.length > 0) {
    await checkVersion(home, binaries);
    return readOrCreatePassword(home);
  }
  if (entries !== null) await rm(path.join(home.folder, "data"), { recursive: true });
  const password = await readOrCreatePassword(home);
  await initdb(home, binaries, password);
  return password;
}
