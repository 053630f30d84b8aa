import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { toMezzotintError } from "@mezzotint/contracts/errors";
import { badRequests, type BadRequest } from "../testing/bad-requests.ts";

export interface BadRequestsBench {
  readonly requests: number;
  /** Kinds of requests, which took turns. */
  readonly kinds: number;
  /** Of those that did not fail as they should, one line each. */
  readonly surprises: readonly string[];
  /** Resident memory after the first fifth of the requests and after the last of them. */
  readonly warmBytes: number;
  readonly endBytes: number;
}

const WARM_SHARE = 0.2;

/**
 * Makes requests and opens model folders that must fail, one kind after the other, and watches the memory of this
 * process: what fails must leave nothing behind.
 */
export async function benchBadRequests(requests: number): Promise<BadRequestsBench> {
  const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-bad-"));
  try {
    const { requests: kinds, release } = await badRequests(scratch);
    const surprises: string[] = [];
    let warmBytes = 0;
    try {
      for (let done = 0; done < requests; done++) {
        const kind = kinds[done % kinds.length];
        if (kind === undefined) throw new RangeError("there are 0 kinds of bad requests");
        const surprise = await surpriseOf(kind);
        if (surprise !== null) surprises.push(surprise);
        if (done + 1 === Math.ceil(requests * WARM_SHARE)) warmBytes = residentBytes();
      }
    } finally {
      await release();
    }
    return { requests, kinds: kinds.length, surprises, warmBytes, endBytes: residentBytes() };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function surpriseOf({ name, code, says, run }: BadRequest): Promise<string | null> {
  try {
    await run();
    return `${name}: did not fail`;
  } catch (thrown) {
    const error = toMezzotintError(thrown);
    if (error.code === code && error.message.includes(says)) return null;
    return `${name}: expected ${code} with ${JSON.stringify(says)}, got ${error.code}: ${error.message}`;
  }
}

function residentBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}
