import path from "node:path";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { GENERATION_CHANNEL, GenerationEvent } from "@mezzotint/contracts/progress";
import { createListener } from "@mezzotint/db/listen";
import { createTeam } from "@mezzotint/db/testing/create-team";
import type { ServiceContext } from "@mezzotint/services/context";
import { requestGeneration } from "@mezzotint/services/generation/request";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import type { BenchDatabase } from "./bench-database.ts";

/** People who ask for pictures, and hear when they are there as a web process does. */
export interface Studio {
  /** Asks for one picture on behalf of the next person; resolves when its generation has succeeded. */
  ask(model: ModelInfo): Promise<void>;
  close(): Promise<void>;
}

const PEOPLE = 8;
/** Longer than any queue these benches build. */
const WITHIN_MS = 300_000;

export async function openStudio(bench: BenchDatabase): Promise<Studio> {
  const base: ServiceContext = {
    db: bench.db,
    storage: createFileStorage(path.join(bench.folder, "files")),
    actor: { kind: "anonymous" },
    now: () => new Date(),
  };
  const people: ServiceContext[] = [];
  for (let i = 0; i < PEOPLE; i++) {
    people.push({ ...base, actor: { kind: "user", ...(await createTeam(bench.db.prisma)) } });
  }
  const listener = createListener(bench.databaseUrl);
  const ended = new Map<string, string>();
  const waiters = new Map<string, () => void>();
  listener.subscribe(GENERATION_CHANNEL, (payload) => {
    const event = GenerationEvent.parse(JSON.parse(payload));
    if (event.type !== "status" || event.status === "queued" || event.status === "running") return;
    ended.set(event.generationId, event.status);
    waiters.get(event.generationId)?.();
  });
  await listener.ready();
  let turn = 0;

  async function hear(generationId: string): Promise<void> {
    if (!ended.has(generationId)) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${generationId} did not end`)), WITHIN_MS);
        waiters.set(generationId, () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    const status = ended.get(generationId);
    ended.delete(generationId);
    waiters.delete(generationId);
    if (status !== "succeeded") throw new Error(`${generationId} ${status}`);
  }

  return {
    async ask({ name, defaults }) {
      const ctx = people[turn++ % people.length] ?? base;
      const { steps, guidanceScale, width, height, scheduler } = defaults;
      const input = { model: name, prompt: "a red circle", steps, guidanceScale, width, height, scheduler };
      const { id } = await requestGeneration({ ctx, input });
      await hear(id);
    },
    close: () => listener.close(),
  };
}
