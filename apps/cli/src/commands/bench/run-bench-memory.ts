import { benchSecondCopy } from "@mezzotint/engine/bench/bench-second-copy";
import { findModelFolder } from "../models/model-folders.ts";

/** Prints the private memory that a first and a second copy of a model take. */
export async function runBenchMemory(model: string): Promise<void> {
  const { weightBytes, firstBytes, secondBytes } = await benchSecondCopy(await findModelFolder(model), {});
  console.log(
    `files ${megabytes(weightBytes)}; private memory of a first copy ${megabytes(firstBytes)}, of a second ${megabytes(secondBytes)}`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
