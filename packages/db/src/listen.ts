import pg from "pg";
import { parseDatabaseUrl } from "./database-url.ts";

/** One connection that hears NOTIFY. It comes back by itself; what was said meanwhile is lost, hence onReconnect. */
export interface Listener {
  /** Calls back for each payload on the channel until the returned function is called. */
  subscribe(channel: string, onPayload: (payload: string) => void): () => void;
  /** Calls back after each reconnection: read the rows again. */
  onReconnect(callback: () => void): () => void;
  /** Resolves when every subscription made so far is in force. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

const RETRY_MS = 500;

export function createListener(databaseUrl: string): Listener {
  const connectionString = parseDatabaseUrl(databaseUrl);
  const channels = createChannels();
  const reconnected = new Set<() => void>();
  let client: pg.Client | null = null;
  let closed = false;
  const inTurn = createTurns();
  let retry: NodeJS.Timeout | undefined;
  let connecting = connect(false);

  async function connect(again: boolean): Promise<void> {
    const next = new pg.Client({ connectionString, keepAlive: true });
    next.on("notification", ({ channel, payload }) => channels.deliver(channel, payload ?? ""));
    next.on("error", () => undefined);
    next.once("end", () => lose(next));
    try {
      await next.connect();
      client = next;
      await inTurn(async () => {
        for (const channel of channels.names()) await next.query(statementOf("LISTEN", channel));
      });
      if (again) for (const callback of reconnected) callback();
    } catch {
      // A database that is away for a while is expected; the retry is the handling.
      lose(next);
      await next.end().catch(() => undefined);
    }
  }

  function lose(lost: pg.Client): void {
    if (client === lost) client = null;
    if (closed || retry !== undefined) return;
    retry = setTimeout(() => {
      retry = undefined;
      connecting = connect(true);
    }, RETRY_MS);
  }

  function say(statement: "LISTEN" | "UNLISTEN", channel: string): void {
    // A failure means a broken connection, whose end brings a new one that listens to every channel.
    inTurn(async () => client?.query(statementOf(statement, channel))).catch(() => undefined);
  }

  return {
    subscribe(channel, onPayload) {
      if (channels.add(channel, onPayload)) say("LISTEN", channel);
      return () => {
        if (channels.remove(channel, onPayload)) say("UNLISTEN", channel);
      };
    },
    onReconnect(callback) {
      reconnected.add(callback);
      return () => reconnected.delete(callback);
    },
    async ready() {
      await connecting;
      await inTurn(async () => client?.query("SELECT 1"));
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await connecting;
      await client?.end();
    },
  };
}

/** Runs what it is given when everything given before has ended: a connection takes one statement at a time. */
function createTurns(): (work: () => Promise<unknown>) => Promise<unknown> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}

function statementOf(statement: "LISTEN" | "UNLISTEN", channel: string): string {
  return `${statement} ${pg.escapeIdentifier(channel)}`;
}

interface Channels {
  names(): Iterable<string>;
  deliver(channel: string, payload: string): void;
  /** True when this is the channel's first subscriber. */
  add(channel: string, onPayload: (payload: string) => void): boolean;
  /** True when this was the channel's last subscriber; removing again is fine. */
  remove(channel: string, onPayload: (payload: string) => void): boolean;
}

function createChannels(): Channels {
  const groups = new Map<string, Set<(payload: string) => void>>();
  return {
    names: () => groups.keys(),
    deliver(channel, payload) {
      for (const onPayload of groups.get(channel) ?? []) onPayload(payload);
    },
    add(channel, onPayload) {
      const group = groups.get(channel) ?? new Set();
      const first = group.size === 0;
      groups.set(channel, group.add(onPayload));
      return first;
    },
    remove(channel, onPayload) {
      const group = groups.get(channel);
      if (group === undefined || !group.delete(onPayload) || group.size > 0) return false;
      return groups.delete(channel);
    },
  };
}
