import { fork, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Answer, FromHost, HostNews, HostSettings, Question, ToHost } from "./protocol.ts";
import { keepRecentLines } from "./recent-lines.ts";

export interface Asked {
  readonly id: number;
  readonly answer: Promise<Answer>;
}

/** One life of an engine host, seen from its supervisor. */
export interface HostProcess {
  readonly pid: number | undefined;
  /** Resolves when it answers; rejects ENGINE_CRASHED when it dies or stays silent. */
  readonly ready: Promise<void>;
  /** Resolves with ENGINE_CRASHED and its last words when it is gone, for whatever reason. */
  readonly ended: Promise<MezzotintError>;
  isAlive(): boolean;
  /** Asks, and waits for the answer; ENGINE_CRASHED when it dies first. */
  ask(question: Question, onNews?: (news: HostNews) => void): Asked;
  tell(message: Extract<ToHost, { type: "preview" | "cancel" | "leave" }>): void;
  kill(): void;
}

interface Call {
  readonly onNews: (news: HostNews) => void;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: MezzotintError) => void;
}

const ENTRY = fileURLToPath(new URL("./main.ts", import.meta.url));
const TYPESCRIPT_LOADER = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const LAST_WORDS_COUNT = 8;

/** Starts a host; it does not depend on the working directory. */
export function startHostProcess(args: {
  readonly settings: HostSettings;
  readonly startTimeoutMs: number;
  readonly onLine: (line: string) => void;
}): HostProcess {
  const child = fork(ENTRY, {
    execArgv: ["--import", TYPESCRIPT_LOADER],
    cwd: path.dirname(ENTRY),
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const calls = new Map<number, Call>();
  const lines = keepRecentLines([child.stdout, child.stderr], { count: LAST_WORDS_COUNT, onLine: args.onLine });
  let lastId = 0;
  let alive = true;
  const ended = whenEnded(child, lines.read).then((error) => {
    alive = false;
    for (const call of calls.values()) call.reject(error);
    calls.clear();
    return error;
  });
  const ready = whenReady(child, ended, args.startTimeoutMs);
  const send = (message: ToHost): void => {
    // What cannot be sent is answered by the end of the process, which rejects every open call.
    if (child.connected) child.send(message, () => undefined);
  };
  child.on("message", (message: FromHost) => settle(calls, message));
  send({ type: "start", settings: args.settings });
  return {
    pid: child.pid,
    ready,
    ended,
    isAlive: () => alive,
    ask(question, onNews = () => undefined) {
      const id = ++lastId;
      const answer = new Promise<Answer>((resolve, reject) => {
        calls.set(id, { onNews, resolve, reject });
      });
      send({ ...question, id });
      return { id, answer };
    },
    tell: send,
    kill: () => void child.kill("SIGKILL"),
  };
}

/** Messages that are no answer to an open call (the loader sends some of its own) are passed over. */
function settle(calls: Map<number, Call>, message: FromHost): void {
  if (!("id" in message)) return;
  const call = calls.get(message.id);
  if (call === undefined) return;
  if (message.type === "progress" || message.type === "checkpoint" || message.type === "state-refused")
    return call.onNews(message);
  calls.delete(message.id);
  if (message.type === "failed") call.reject(new MezzotintError(message.error.code, message.error.message));
  else call.resolve(message);
}

function whenEnded(child: ChildProcess, lastWords: () => readonly string[]): Promise<MezzotintError> {
  return new Promise((resolve) => {
    child.once("error", (cause) => {
      resolve(new MezzotintError("ENGINE_CRASHED", `engine host: cannot be started: ${cause.message}`, { cause }));
    });
    // Everything it printed has been read when both streams have ended; "close" would say so too, but Node 20 leaves
    // it out after a disconnect from this side.
    const read = Promise.allSettled(
      [child.stdout, child.stderr].flatMap((stream) => (stream ? [finished(stream)] : [])),
    );
    child.once("exit", (code, signal) => {
      void read.then(() => {
        const end = signal === null ? `exited with status ${code}` : `was ended by ${signal}`;
        const words = lastWords();
        const said = words.length === 0 ? "" : `; its last words: ${words.join("\n")}`;
        resolve(new MezzotintError("ENGINE_CRASHED", `engine host (process ${child.pid}) ${end}${said}`));
      });
    });
  });
}

async function whenReady(child: ChildProcess, ended: Promise<MezzotintError>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const answered = new Promise<null>((resolve) => {
    child.on("message", (message: FromHost) => {
      if (message.type === "ready") resolve(null);
    });
  });
  const silent = new Promise<MezzotintError>((resolve) => {
    timer = setTimeout(() => {
      child.kill("SIGKILL");
      resolve(new MezzotintError("ENGINE_CRASHED", `engine host (process ${child.pid}): no answer in ${timeoutMs} ms`));
    }, timeoutMs);
  });
  const failure = await Promise.race([answered, ended, silent]).finally(() => clearTimeout(timer));
  if (failure !== null) throw failure;
}
