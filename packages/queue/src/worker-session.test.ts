import { createDatabase } from "@mezzotint/db/client";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, expect, test } from "vitest";
import { openWorkerSession } from "./worker-session.ts";

const databaseUrl = await useTestDatabase();
const db = createDatabase(databaseUrl);
afterAll(() => db.close());

const countLocks = async () => {
  const { rows } = await db.pool.query<{ count: number }>(
    "SELECT count(*)::integer FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2",
  );
  return rows[0]?.count;
};

test("a session that breaks is known to be at once, and taken up again with its lock", async () => {
  const session = await openWorkerSession({ databaseUrl, hostName: "test", pid: process.pid, devices: ["cpu", "cpu"] });
  expect([session.isHeld(), await countLocks()]).toEqual([true, 1]);
  await db.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2",
  );
  await expect.poll(() => session.isHeld()).toBe(false);
  const { rows } = await db.pool.query<{ now: Date }>("SELECT clock_timestamp() AS now");
  const now = await session.renew();
  expect(now.getTime()).toBeGreaterThanOrEqual(rows[0]?.now.getTime() ?? Number.NaN);
  expect([session.isHeld(), await countLocks()]).toEqual([true, 1]);
  await session.renew();
  const worker = await db.prisma.worker.findUniqueOrThrow({ where: { id: session.workerId } });
  expect(worker).toMatchObject({ slots: 2, devices: ["cpu", "cpu"], lane: null, endedAt: null });
  await session.close();
  expect([session.isHeld(), await countLocks()]).toEqual([false, 0]);
});
