import path from "node:path";
import { openSession, type Session, type SessionOptions } from "@mezzotint/onnx/session";

/** How often a network ran and how long that took. */
export interface NetworkRuns {
  readonly calls: number;
  readonly elapsedMs: number;
}

export interface WatchedRuns {
  /** Time in which at least one network ran. */
  readonly insideMs: number;
  /** Processor time of all threads of this process in that time. */
  readonly insideCpuMs: number;
  /** By the name of the network's folder. */
  readonly networks: ReadonlyMap<string, NetworkRuns>;
}

/** Opens networks that note when they run. */
export interface SessionWatch {
  readonly open: (file: string, options: SessionOptions) => Promise<Session>;
  /** What ran since the last call. */
  readonly take: () => WatchedRuns;
}

/**
 * A watch over every network that is opened with it. What the watch itself costs, two readings of two clocks and a note,
 * is counted with the run: without a bench nobody pays for it.
 */
export function watchSessions(): SessionWatch {
  let networks = new Map<string, NetworkRuns>();
  let insideMs = 0;
  let insideCpuMs = 0;
  let running = 0;
  let enteredMs = 0;
  let enteredCpuMs = 0;

  async function timed<T>(network: string, run: () => Promise<T>): Promise<T> {
    if (running++ === 0) {
      enteredMs = performance.now();
      enteredCpuMs = cpuMs();
    }
    const startedMs = performance.now();
    try {
      return await run();
    } finally {
      const { calls, elapsedMs } = networks.get(network) ?? { calls: 0, elapsedMs: 0 };
      networks.set(network, { calls: calls + 1, elapsedMs: elapsedMs + performance.now() - startedMs });
      if (--running === 0) {
        insideCpuMs += cpuMs() - enteredCpuMs;
        insideMs += performance.now() - enteredMs;
      }
    }
  }

  return {
    async open(file, options) {
      const session = await openSession(file, options);
      const network = networkOf(file);
      return { ...session, run: (feeds, fetches) => timed(network, () => session.run(feeds, fetches)) };
    },
    take() {
      const taken = { insideMs, insideCpuMs, networks };
      networks = new Map();
      insideMs = 0;
      insideCpuMs = 0;
      return taken;
    },
  };
}

/** The name of a network: that of the folder its file is in. */
export function networkOf(file: string): string {
  return path.basename(path.dirname(file));
}

/** Processor time that this process has taken on all its threads. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
