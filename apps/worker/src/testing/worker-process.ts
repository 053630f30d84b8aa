import { fork } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A worker in a process of its own, heard through its log. */
export interface WorkerProcess {
  readonly pid: number;
  /** Resolves when the log has said this event, now or earlier. */
  heard(event: string): Promise<Record<string, unknown>>;
  signal(name: NodeJS.Signals): void;
  /** Ends the channel to the parent, as the parent's death would. */
  disconnect(): void;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
}

const ENTRIES = { plain: "plain-worker.ts", real: "../main.ts" };

export function startWorkerProcess(entry: keyof typeof ENTRIES, environment: Record<string, string>): WorkerProcess {
  const child = fork(fileURLToPath(new URL(ENTRIES[entry], import.meta.url)), {
    execArgv: ["--import", import.meta.resolve("tsx")],
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const lines: Record<string, unknown>[] = [];
  const listeners = new Set<() => void>();
  const { stderr } = child;
  if (stderr === null || child.pid === undefined) throw new Error("the worker process did not start");
  createInterface({ input: stderr }).on("line", (line) => {
    lines.push(line.startsWith("{") ? JSON.parse(line) : { event: "noise", line });
    for (const listener of listeners) listener();
  });
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  return {
    pid: child.pid,
    exited,
    signal: (name) => void child.kill(name),
    disconnect: () => child.disconnect(),
    heard: (event) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const line = lines.find((candidate) => candidate["event"] === event);
          if (line !== undefined) resolve(line);
        };
        listeners.add(look);
        look();
        void exited.then(() => reject(new Error(`ended without "${event}": ${JSON.stringify(lines)}`)));
      }),
  };
}
