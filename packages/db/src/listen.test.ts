import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, expect, test } from "vitest";
import { createDatabase } from "./client.ts";
import { createListener } from "./listen.ts";

const databaseUrl = await useTestDatabase();
const database = createDatabase(databaseUrl);
const listener = createListener(databaseUrl);
afterAll(async () => {
  await listener.close();
  await database.close();
});

function notify(channel: string, payload: string): Promise<unknown> {
  return database.pool.query("SELECT pg_notify($1, $2)", [channel, payload]);
}

test("each subscriber hears its channel until it leaves, and quotes in names do no harm", async () => {
  const heard: string[] = [];
  const leave = listener.subscribe('odd"name', (payload) => heard.push(`first ${payload}`));
  const second = new Promise<void>((resolve) => {
    listener.subscribe('odd"name', (payload) => {
      heard.push(`second ${payload}`);
      if (payload === "2") resolve();
    });
  });
  await listener.ready();
  await notify("other", "0");
  await notify('odd"name', "1");
  await expect.poll(() => heard).toEqual(["first 1", "second 1"]);
  leave();
  await notify('odd"name', "2");
  await second;
  expect(heard).toEqual(["first 1", "second 1", "second 2"]);
});

test("many channels joined and left at once are asked for one at a time, in order", async () => {
  const warnings: string[] = [];
  const keep = (warning: Error) => warnings.push(warning.message);
  process.on("warning", keep);
  const heard: string[] = [];
  for (const channel of ["one", "two", "three"]) {
    listener.subscribe(channel, () => heard.push("nobody"))();
    listener.subscribe(channel, (payload) => heard.push(payload));
  }
  await listener.ready();
  for (const channel of ["one", "two", "three"]) await notify(channel, channel);
  await expect.poll(() => heard).toEqual(["one", "two", "three"]);
  process.off("warning", keep);
  expect(warnings).toEqual([]);
});

test("it comes back by itself when the database cuts its connection, and says so", async () => {
  const heard: string[] = [];
  listener.subscribe("again", (payload) => heard.push(payload));
  await listener.ready();
  const reconnected = new Promise<void>((resolve) => listener.onReconnect(resolve));
  await database.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND (query LIKE 'LISTEN%' OR query = 'SELECT 1')",
  );
  await reconnected;
  await notify("again", "still here");
  await expect.poll(() => heard).toEqual(["still here"]);
});
