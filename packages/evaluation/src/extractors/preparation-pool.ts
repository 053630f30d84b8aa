import { Worker } from "node:worker_threads";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Preparation } from "./preparation.ts";
import type { PreparationAnswer, PreparationQuestion } from "./preparation-thread.ts";
import type { PreparedFiles } from "./prepare-files.ts";

/** Threads that decode and resize while the main one, which ONNX Runtime blocks, runs the model. */
export interface PreparationPool {
  readonly threads: number;
  /** Prepares files on the thread with the least to do. Throws INTERNAL when it died. */
  prepare(files: readonly string[], preparations: readonly Preparation[]): Promise<PreparedFiles>;
  /** Ends the threads; what was under way is lost. */
  close(): Promise<void>;
}

const ENTRY = new URL("./preparation-thread.mjs", import.meta.url);
const LOADER = import.meta.resolve("tsx/esm/api");

interface Waiting {
  readonly resolve: (prepared: PreparedFiles) => void;
  readonly reject: (error: MezzotintError) => void;
}

/** Starts `threads` (1 unless told) threads; they end with `close`, or with the process. */
export function startPreparationPool(threads = 1): PreparationPool {
  const workers = Array.from({ length: threads }, startWorker);
  let lastId = 0;
  return {
    threads,
    prepare: (files, preparations) => {
      const [least] = workers.toSorted((a, b) => a.waiting.size - b.waiting.size);
      if (least === undefined) throw new MezzotintError("INTERNAL", `preparation: ${threads} threads`);
      return least.ask({ id: ++lastId, files, preparations });
    },
    close: async () => {
      await Promise.all(workers.map(({ worker }) => worker.terminate()));
    },
  };
}

function startWorker() {
  const worker = new Worker(ENTRY, { execArgv: [], workerData: { loader: LOADER } });
  worker.unref();
  const waiting = new Map<number, Waiting>();
  let dead: MezzotintError | null = null;
  const fail = (error: MezzotintError): void => {
    dead = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("message", (answer: PreparationAnswer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
    if ("prepared" in answer) asked?.resolve(answer.prepared);
    else asked?.reject(new MezzotintError(answer.error.code, answer.error.message));
  });
  worker.on("error", (cause) => fail(new MezzotintError("INTERNAL", "preparation: a thread died", { cause })));
  worker.on("exit", (status) => fail(new MezzotintError("INTERNAL", `preparation: a thread ended with ${status}`)));
  const ask = (question: PreparationQuestion): Promise<PreparedFiles> =>
    new Promise((resolve, reject) => {
      if (dead !== null) return reject(dead);
      worker.ref();
      waiting.set(question.id, { resolve, reject });
      worker.postMessage(question);
    });
  return { worker, waiting, ask };
}
