import { parentPort } from "node:worker_threads";
import { toPlainError, type PlainError } from "@mezzotint/contracts/errors";
import type { Preparation } from "./preparation.ts";
import { prepareFiles, type PreparedFiles } from "./prepare-files.ts";

/** What the thread is asked, and what it answers under the same number. */
export interface PreparationQuestion {
  readonly id: number;
  readonly files: readonly string[];
  readonly preparations: readonly Preparation[];
}
export type PreparationAnswer =
  | { readonly id: number; readonly prepared: PreparedFiles }
  | { readonly id: number; readonly error: PlainError };

async function answer({ id, files, preparations }: PreparationQuestion): Promise<void> {
  try {
    const prepared = await prepareFiles(files, preparations);
    const buffers = prepared.inputs.flat().map((input) => input.buffer as ArrayBuffer);
    parentPort?.postMessage({ id, prepared } satisfies PreparationAnswer, buffers);
  } catch (error) {
    parentPort?.postMessage({ id, error: toPlainError(error) } satisfies PreparationAnswer);
  }
}

parentPort?.on("message", (question: PreparationQuestion) => void answer(question));
