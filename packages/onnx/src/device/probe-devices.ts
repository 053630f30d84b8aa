import { fork, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { Socket } from "node:net";
import { fileURLToPath, pathToFileURL } from "node:url";
import { formatDevice, type Device } from "./device.ts";
import type { DeviceProbe } from "./probe-device.ts";

export type { DeviceProbe } from "./probe-device.ts";

/** Probes devices in a process of its own: neither the runtime nor a driver is loaded into this one. */
export interface Prober {
  /** Never rejects: a device that ends the process, or keeps it busy for too long, does not work for that reason. */
  probe(device: Device): Promise<DeviceProbe>;
  close(): void;
}

const ENTRY = fileURLToPath(new URL("./probe-main.ts", import.meta.url));
const TYPESCRIPT_LOADER = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
/** Drivers compile for a while when they are asked for the first time. */
const ANSWER_WITHIN_MS = 120_000;
const LAST_WORDS_LENGTH = 500;

export function createProber({ entry = ENTRY, withinMs = ANSWER_WITHIN_MS } = {}): Prober {
  let current: ProbeProcess | null = null;

  function startProcess(): ProbeProcess {
    const started = start(entry);
    started.child.once("exit", () => {
      if (current === started) current = null;
    });
    return started;
  }

  async function ask(device: Device): Promise<DeviceProbe> {
    const { child, lastWords } = (current ??= startProcess());
    const fail = (reason: string): DeviceProbe => ({ device, works: false, reason });
    return new Promise<DeviceProbe>((resolve) => {
      const end = (probe: DeviceProbe): void => {
        clearTimeout(timer);
        child.off("message", hear).off("exit", die);
        resolve(probe);
      };
      const hear = (message: unknown): void => {
        if (isProbe(message)) end(message);
      };
      const die = (code: number | null, signal: string | null): void => {
        const said = lastWords() === "" ? "" : `; its last words: ${lastWords()}`;
        end(fail(`the process that tried it ended with ${signal ?? `status ${code}`}${said}`));
      };
      const timer = setTimeout(() => {
        current = null;
        child.kill("SIGKILL");
        end(fail(`gave no answer within ${withinMs / 1_000} s`));
      }, withinMs);
      child.on("message", hear).on("exit", die);
      child.send({ device });
    });
  }

  const known = new Map<string, Promise<DeviceProbe>>();
  let turn: Promise<unknown> = Promise.resolve();
  return {
    probe(device) {
      const key = formatDevice(device);
      const before = known.get(key);
      if (before !== undefined) return before;
      const probe = turn.then(() => ask(device));
      known.set(key, probe);
      turn = probe;
      return probe;
    },
    close() {
      current?.child.kill("SIGKILL");
      current = null;
    },
  };
}

interface ProbeProcess {
  readonly child: ChildProcess;
  readonly lastWords: () => string;
}

function start(entry: string): ProbeProcess {
  const child = fork(entry, {
    execArgv: ["--import", TYPESCRIPT_LOADER],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  // It keeps nobody alive, and ends with whoever asks.
  child.unref();
  child.channel?.unref();
  if (child.stderr instanceof Socket) child.stderr.unref();
  let words = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString("utf8")).slice(-LAST_WORDS_LENGTH);
  });
  return { child, lastWords: () => words.trim() };
}

/** The loader sends messages of its own. */
function isProbe(message: unknown): message is DeviceProbe {
  return typeof message === "object" && message !== null && "works" in message;
}
