import { createServer, type AddressInfo } from "node:net";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { expect, test } from "vitest";
import { createDatabase, type Database } from "./client.ts";
import { asDatabaseError } from "./database-error.ts";

const databaseUrl = await useTestDatabase();

/** A port nobody listens on: one the system just gave and took back. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function failureOf(database: Database, work: () => Promise<unknown>): Promise<unknown> {
  const thrown = await work().then(
    () => null,
    (error: unknown) => error,
  );
  await database.close();
  return asDatabaseError(thrown);
}

test("a server that is not there is DATABASE_UNAVAILABLE, by client, by transaction and by plain SQL", async () => {
  const url = `postgresql://nobody@127.0.0.1:${await closedPort()}/nothing`;
  const works: ((database: Database) => Promise<unknown>)[] = [
    ({ prisma }) => prisma.user.findFirst(),
    ({ prisma }) => prisma.$transaction((tx) => tx.user.findFirst()),
    ({ prisma }) => prisma.$queryRaw`SELECT 1`,
    ({ pool }) => pool.query("SELECT 1"),
  ];
  for (const work of works) {
    const database = createDatabase(url);
    expect(await failureOf(database, () => work(database))).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
  }
});

test("a connection that is cut while it works is DATABASE_UNAVAILABLE", async () => {
  const works: ((database: Database) => Promise<unknown>)[] = [
    ({ prisma }) => prisma.$queryRaw`SELECT 1 FROM pg_terminate_backend(pg_backend_pid()), pg_sleep(5)`,
    ({ prisma }) =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_terminate_backend(pg_backend_pid())`.catch(() => undefined);
        await tx.user.findFirst();
      }),
  ];
  for (const work of works) {
    const database = createDatabase(databaseUrl);
    expect(await failureOf(database, () => work(database))).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
  }
});

test("a connection that is cut between two statements fails the next one and ends nothing else", async () => {
  const { pool, close } = createDatabase(databaseUrl);
  const client = await pool.connect();
  const ended = new Promise((resolve) => client.once("end", resolve));
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  await pool.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
  await ended;
  await expect(client.query("SELECT 1")).rejects.toThrow();
  client.release();
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await close();
});

test("a mistake of ours stays what it is", async () => {
  const database = createDatabase(databaseUrl);
  const failure = await failureOf(database, () => database.prisma.$queryRaw`SELECT nonsense`);
  expect(failure).not.toHaveProperty("code", "DATABASE_UNAVAILABLE");
  expect(failure).toBeInstanceOf(Error);
});
