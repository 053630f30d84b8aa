import "server-only";
import { GENERATION_CHANNEL } from "@mezzotint/contracts/progress";
import { createDatabase, type Database } from "@mezzotint/db/client";
import { createListener, type Listener } from "@mezzotint/db/listen";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import type { Storage } from "@mezzotint/storage/storage";
import { readEnvironment } from "./env.ts";
import { keepQueue } from "./keep-queue.ts";

export interface Connections {
  readonly db: Database;
  readonly storage: Storage;
  readonly listener: Listener;
}

// Next evaluates modules once per bundle; the process-wide symbol keeps one pool and one LISTEN connection a process.
const KEY = Symbol.for("mezzotint.web.connections");
const shared = globalThis as { [KEY]?: Connections };

export function connect(): Connections {
  shared[KEY] ??= openConnections();
  return shared[KEY];
}

function openConnections(): Connections {
  const { DATABASE_URL, DATABASE_DIRECT_URL = DATABASE_URL, MEZZOTINT_STORAGE } = readEnvironment();
  const listener = createListener(DATABASE_DIRECT_URL);
  // Holds the channel open between watchers, so that a new one hears from its first moment.
  listener.subscribe(GENERATION_CHANNEL, () => undefined);
  const connections = { db: createDatabase(DATABASE_URL), storage: createFileStorage(MEZZOTINT_STORAGE), listener };
  keepQueue(connections);
  return connections;
}
