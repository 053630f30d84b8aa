import { MezzotintError } from "@mezzotint/contracts/errors";
import { benchBadRequests } from "@mezzotint/engine/bench/bad-requests";

/** Makes requests that must fail and prints the memory they left. Throws INTERNAL when one did not fail as it should. */
export async function runBenchFailures({ requests }: { readonly requests: string }): Promise<void> {
  const count = Number(requests);
  if (!Number.isInteger(count) || count < 1) {
    throw new MezzotintError("INVALID_INPUT", `--requests: expected a whole number of 1 or more, got ${requests}`);
  }
  const { kinds, surprises, warmBytes, endBytes } = await benchBadRequests(count);
  console.log(`${count} requests of ${kinds} kinds that must fail: ${count - surprises.length} failed as they should`);
  console.log(`resident memory ${megabytes(warmBytes)} after a fifth of them, ${megabytes(endBytes)} after all`);
  if (surprises.length === 0) return;
  throw new MezzotintError("INTERNAL", [...new Set(surprises)].join("\n"));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
