import { WATCH_CHANNEL } from "@mezzotint/contracts/progress";
import { createDatabase } from "@mezzotint/db/client";
import { createListener } from "@mezzotint/db/listen";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, expect, test } from "vitest";
import type { ServiceContext } from "../context.ts";
import { announceModels } from "../model/announce.ts";
import { actAs, claimOne, createWorker, MODEL, requestOf } from "../testing/fixture.ts";
import { markWatched } from "./mark-watched.ts";
import { requestGeneration } from "./request.ts";

const databaseUrl = await useTestDatabase();
const base: ServiceContext = {
  db: createDatabase(databaseUrl),
  storage: createFileStorage("unused"),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
const listener = createListener(databaseUrl);

afterAll(async () => {
  await listener.close();
  await base.db.close();
});

async function signIn(): Promise<ServiceContext> {
  return actAs(base, { kind: "user", ...(await createTeam(base.db.prisma)) });
}

test("workers hear which running generations their people look at, and of nobody else's", async () => {
  const worker = await createWorker(base);
  await announceModels({ ctx: worker, input: { models: [MODEL] } });
  const person = await signIn();
  const heard: string[] = [];
  listener.subscribe(WATCH_CHANNEL, (generationId) => heard.push(generationId));
  await listener.ready();
  const { id: running } = await requestGeneration({ ctx: person, input: requestOf() });
  await claimOne(worker);
  const { id: queued } = await requestGeneration({ ctx: person, input: requestOf() });
  const look = (ctx: ServiceContext, generationIds: string[]) => markWatched({ ctx, input: { generationIds } });
  await look(await signIn(), [running]);
  await look(person, [queued, "gen_of_nobody"]);
  await look(person, [running, queued]);
  await expect.poll(() => heard).toEqual([running]);
  await look(person, [running]);
  await expect.poll(() => heard).toEqual([running, running]);
  await expect(look(worker, [running])).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});
