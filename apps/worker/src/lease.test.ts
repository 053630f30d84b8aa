import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "@mezzotint/contracts/ids";
import { createDatabase } from "@mezzotint/db/client";
import { createTeam } from "@mezzotint/db/testing/create-team";
import type { ServiceContext } from "@mezzotint/services/context";
import { getGeneration } from "@mezzotint/services/generation/get";
import { requestGeneration } from "@mezzotint/services/generation/request";
import { announceModels } from "@mezzotint/services/model/announce";
import { actAs, claimOne, createWorker, MODEL, requestOf } from "@mezzotint/services/testing/fixture";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabaseClock } from "./database-clock.ts";
import { openLine } from "./faults/cut-line.ts";
import { runWorker, type WorkerSettings } from "./run-worker.ts";
import { createGatedEngine } from "./testing/gated-engine.ts";
import { startWorkerProcess } from "./testing/worker-process.ts";

const HOUR_MS = 3_600_000;

const databaseUrl = await useTestDatabase();
const folder = await mkdtemp(join(tmpdir(), "mezzotint-lease-"));
const base: ServiceContext = {
  db: createDatabase(databaseUrl),
  storage: createFileStorage(folder),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
let person: ServiceContext;

beforeAll(async () => {
  await base.db.prisma.model.create({ data: { hash: MODEL.hash, name: MODEL.name, info: MODEL } });
  person = actAs(base, { kind: "user", ...(await createTeam(base.db.prisma)) });
});
afterAll(async () => {
  await base.db.close();
  await rm(folder, { recursive: true });
});

const log = () => undefined;
const request = async () => (await requestGeneration({ ctx: person, input: requestOf() })).id;
const statusOf = async (generationId: string) => (await getGeneration({ ctx: person, input: { generationId } })).status;

function settingsOf(url: string): WorkerSettings {
  const lanes = ["interactive", "batch"] as const;
  return { databaseUrl: url, storageFolder: folder, modelFolders: [], threads: 1, capacity: 1, lanes };
}

test("an attempt whose heartbeats hang is given up when its lease ends, and another worker draws the picture", async () => {
  const line = await openLine(databaseUrl);
  const [engine, other] = [createGatedEngine([MODEL]), createGatedEngine([MODEL])];
  const times = { leaseMs: 3_000, sweepMs: 100 };
  const cutOff = await runWorker({ environment: settingsOf(line.url), engines: [engine], log, times });
  const id = await request();
  await expect.poll(() => engine.held().length).toBe(1);
  line.cut();
  // No query fails and none is answered; only the deadline of the lease can end this.
  await expect.poll(() => engine.held().length).toBe(0);
  other.open();
  const rescuer = await runWorker({ environment: settingsOf(databaseUrl), engines: [other], log, times });
  await expect.poll(() => statusOf(id)).toBe("succeeded");
  line.mend();
  await Promise.all([cutOff.stop(0), rescuer.stop(0)]);
  await line.close();
});

test("the lock and the listener stand at the direct address, everything else goes by the pooler's", async () => {
  const named = (name: string) => {
    const url = new URL(databaseUrl);
    url.searchParams.set("application_name", name);
    return url.href;
  };
  const engine = createGatedEngine([MODEL]);
  engine.open();
  const environment = { ...settingsOf(named("pooled")), directUrl: named("direct") };
  const worker = await runWorker({ environment, engines: [engine], log });
  const id = await request();
  await expect.poll(() => statusOf(id)).toBe("succeeded");
  const { rows } = await base.db.pool.query(`
    SELECT application_name AS name, query LIKE 'LISTEN %' AS listens,
      EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory') AS locks
    FROM pg_stat_activity a
    WHERE datname = current_database() AND application_name IN ('pooled', 'direct')
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`);
  expect(rows).toEqual([
    { name: "direct", listens: false, locks: true },
    { name: "direct", listens: true, locks: false },
    { name: "pooled", listens: false, locks: false },
  ]);
  await worker.stop(0);
});

test("sweeps take back what the dead hold without writing that the worker was seen each time", async () => {
  const engine = createGatedEngine([MODEL]);
  const heard: string[] = [];
  const worker = await runWorker({
    environment: settingsOf(databaseUrl),
    engines: [engine],
    log: (event) => heard.push(event),
    times: { leaseMs: 10 * HOUR_MS, sweepMs: 20 },
  });
  const seen = () => base.db.prisma.worker.findUniqueOrThrow({ where: { id: worker.workerId } });
  const { seenAt } = await seen();
  for (let death = 1; death <= 3; death++) {
    const dead = await createWorker(base);
    await announceModels({ ctx: dead, input: { models: [MODEL] } });
    // Only the dead worker may have it: the living one holds what its device takes.
    if (death === 1) {
      await request();
      await expect.poll(() => engine.held().length).toBe(1);
    }
    await base.db.prisma.job.deleteMany({ where: { state: "queued" } });
    await request();
    await claimOne(dead);
    await expect.poll(() => heard.filter((event) => event === "took-back").length).toBe(death);
  }
  expect((await seen()).seenAt).toEqual(seenAt);
  await worker.stop(0);
});

test("a worker whose clock is a day ahead writes the database's time, and its pictures sort among the others", async () => {
  const databaseTime = async () => {
    const { rows } = await base.db.pool.query<{ now: Date }>("SELECT clock_timestamp() AS now");
    return rows[0]?.now.getTime() ?? Number.NaN;
  };
  const beforeMs = await databaseTime();
  const worker = startWorkerProcess("plain", {
    DATABASE_URL: databaseUrl,
    MEZZOTINT_STORAGE: folder,
    STEP_MS: "1",
    CLOCK_AHEAD_MS: String(24 * HOUR_MS),
  });
  expect(Date.parse(String((await worker.heard("ready"))["time"]))).toBeGreaterThan(beforeMs + 23 * HOUR_MS);
  const id = await request();
  await expect.poll(() => statusOf(id)).toBe("succeeded");
  worker.signal("SIGTERM");
  await worker.exited;
  const generation = await base.db.prisma.generation.findUniqueOrThrow({ where: { id }, include: { images: true } });
  const [image] = generation.images;
  const [from, until] = [beforeMs - HOUR_MS, (await databaseTime()) + HOUR_MS];
  const times = [generation.finishedAt, image?.createdAt].map((time) => time?.getTime() ?? Number.NaN);
  expect(times.filter((time) => from < time && time < until)).toHaveLength(2);
  expect(image?.id.localeCompare(newId("image", from))).toBe(1);
  expect(image?.id.localeCompare(newId("image", until))).toBe(-1);
});

test("the database's clock is followed to half of an answer, whatever the machine's own clock says", async () => {
  let elapsedMs = 1_000;
  const clock = createDatabaseClock(() => elapsedMs);
  await clock.follow(async () => {
    elapsedMs += 300;
    return new Date(5_000_000);
  });
  expect(clock.now().getTime()).toBe(5_000_150);
  elapsedMs += 50;
  expect(clock.now().getTime()).toBe(5_000_200);
  const unheard = clock.follow(() => Promise.reject(new Error("away")));
  await expect(unheard).rejects.toThrow("away");
  expect(clock.now().getTime()).toBe(5_000_200);
});
