import { readFile, stat, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { prepareClusterHome, SHARED_FOLDER } from "./cluster-home.ts";
import type { ClusterHome } from "./cluster-home.ts";
import { initializeCluster, SUPERUSER } from "./initialize-cluster.ts";
import { copyNativeBinaries, findNativeBinaries } from "./native-binaries.ts";
import type { NativeBinaries } from "./native-binaries.ts";
import { acquireOwnerLock } from "./owner-lock.ts";
import { endLeftoverServer, startServer } from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";
import { canEnter } from "./server-user.ts";

export interface EmbeddedPostgres {
  readonly databaseUrl: string;
  readonly port: number;
  readonly version: string;
  /** Something people should know, such as where the data went; null mostly. */
  readonly notice: string | null;
  stop(): Promise<void>;
}

const DATABASE = "mezzotint";
const ATTEMPTS_MAX = 10;
const LEFTOVER_WAIT_MS = 500;
const LOG_SIZE_BYTES_MAX = 5_000_000;

/**
 * PostgreSQL from npm under `<dataFolder>/postgres`, owned by this process and ended with it, even by kill -9.
 * Throws CONFLICT when another live process owns the folder, DATABASE_UNAVAILABLE when the data cannot be used.
 */
export async function startEmbeddedPostgres(options: { readonly dataFolder: string }): Promise<EmbeddedPostgres> {
  const dataFolder = path.resolve(options.dataFolder);
  const home = await prepareClusterHome(dataFolder);
  const lock = await acquireOwnerLock(path.join(home.folder, "owner.json"), dataFolder);
  try {
    const found = await findNativeBinaries();
    const reachable = canEnter(home.user, path.join(found.folder, "bin"));
    const binaries = reachable ? found : await copyNativeBinaries(found, SHARED_FOLDER);
    await endLeftoverServer(home);
    const password = await initializeCluster(home, binaries);
    await limitLog(path.join(home.folder, "server.log"));
    const server = await startOnFreePort(home, binaries);
    const databaseUrl = urlOf(server.port, password, DATABASE);
    try {
      await createDatabaseUnlessPresent(urlOf(server.port, password, "postgres"));
    } catch (error) {
      await server.stop();
      throw error;
    }
    server.keep();
    const stop = async () => {
      await server.stop();
      await lock.release();
    };
    return { databaseUrl, port: server.port, version: binaries.version, notice: home.notice, stop };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The address of the PostgreSQL that was last started for a data folder, running or not; null when there was none. */
export async function readEmbeddedUrl(dataFolder: string): Promise<string | null> {
  const read = (name: string) => readFile(path.join(dataFolder, "postgres", name), "utf8").catch(() => null);
  const [port, password] = [await read("port"), await read("password")];
  return port === null || password === null ? null : urlOf(Number(port), password.trim(), DATABASE);
}

function urlOf(port: number, password: string, database: string): string {
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}

async function limitLog(logFile: string): Promise<void> {
  const found = await stat(logFile).catch(() => null);
  if (found !== null && found.size > LOG_SIZE_BYTES_MAX) await truncate(logFile);
}

async function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen({ port: 0, host: "127.0.0.1" }, () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === "string") reject(new Error("The probe has no port."));
        else resolve(address.port);
      });
    });
  });
}

/** The port of the last time first, so that addresses people noted keep working; then random ones. */
async function startOnFreePort(home: ClusterHome, binaries: NativeBinaries): Promise<ServerProcess> {
  const portFile = path.join(home.folder, "port");
  const lastPort = Number.parseInt(await readFile(portFile, "utf8").catch(() => ""), 10);
  let port = lastPort > 1023 && lastPort < 65_536 ? lastPort : await findFreePort();
  let reason = "";
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const started = await startServer({ home, binaries, port });
    if ("stop" in started) {
      await writeFile(portFile, `${port}\n`);
      return started;
    }
    reason = started.reason;
    if (started.portTaken) {
      port = await findFreePort();
    } else if (started.leftover) {
      await delay(LEFTOVER_WAIT_MS);
      await endLeftoverServer(home);
    } else {
      break;
    }
  }
  throw new MezzotintError(
    "DATABASE_UNAVAILABLE",
    `PostgreSQL does not start on the data in ${home.folder}: ${reason}. Its log is ${path.join(home.folder, "server.log")}. To start with an empty database, move the folder away.`,
  );
}

async function createDatabaseUnlessPresent(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  try {
    await client.connect();
    const found = await client.query("select 1 from pg_database where datname = $1", [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database "${DATABASE}"`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new MezzotintError("DATABASE_UNAVAILABLE", `PostgreSQL runs but refuses its owner: ${message}`, {
      cause: error,
    });
  } finally {
    await client.end();
  }
}
