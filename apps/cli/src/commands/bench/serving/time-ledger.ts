import path from "node:path";
import { createTeam } from "@mezzotint/db/testing/create-team";
import type { ServiceContext } from "@mezzotint/services/context";
import { requestGeneration } from "@mezzotint/services/generation/request";
import { announceModels } from "@mezzotint/services/model/announce";
import { actAs, claimOne, completeClaimed, createWorker, MODEL, requestOf } from "@mezzotint/services/testing/fixture";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import type { BenchDatabase } from "./bench-database.ts";

/**
 * What the verbs of one generation take from request to pictures when the engine takes nothing, in milliseconds: the
 * request, the claim, and reading the order, storing a file and completing.
 */
export async function timeLedger(bench: BenchDatabase, seconds: number): Promise<Record<string, number[]>> {
  const base: ServiceContext = {
    db: bench.db,
    storage: createFileStorage(path.join(bench.folder, "files")),
    actor: { kind: "anonymous" },
    now: () => new Date(),
  };
  await bench.forgetJobs();
  const worker = await createWorker(base);
  await announceModels({ ctx: worker, input: { models: [MODEL] } });
  const person = actAs(base, { kind: "user", ...(await createTeam(bench.db.prisma)) });
  const times = { request: [], claim: [], complete: [], whole: [] } as Record<string, number[]>;
  const untilMs = performance.now() + seconds * 1_000;
  while (performance.now() < untilMs) {
    const startedMs = performance.now();
    await requestGeneration({ ctx: person, input: requestOf() });
    const requestedMs = performance.now();
    const job = await claimOne(worker);
    const claimedMs = performance.now();
    await completeClaimed(worker, job);
    const endedMs = performance.now();
    times["request"]?.push(requestedMs - startedMs);
    times["claim"]?.push(claimedMs - requestedMs);
    times["complete"]?.push(endedMs - claimedMs);
    times["whole"]?.push(endedMs - startedMs);
  }
  return times;
}
