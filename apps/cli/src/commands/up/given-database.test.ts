import { expect, test } from "vitest";
import { stackEnvironment } from "./environment.ts";
import { givenDatabase } from "./given-database.ts";

const [POOLER, SERVER, OWN] = ["postgresql://pooler/x", "postgresql://server/x", "postgresql://own/x"];

test("the direct address is that of the server behind the pooler, and means nothing without one", () => {
  expect(givenDatabase({ DATABASE_URL: POOLER, DATABASE_DIRECT_URL: SERVER })).toEqual({
    databaseUrl: POOLER,
    directUrl: SERVER,
  });
  expect(givenDatabase({ DATABASE_URL: POOLER, DATABASE_DIRECT_URL: "" })?.directUrl).toBe(POOLER);
  expect(givenDatabase({ DATABASE_DIRECT_URL: SERVER })).toBeNull();
  expect(givenDatabase({ DATABASE_URL: "", DATABASE_DIRECT_URL: SERVER })).toBeNull();
});

test("a studio with a database of its own listens to that one, whatever the shell says", () => {
  const settings = {
    databaseUrl: OWN,
    directUrl: OWN,
    betterAuthSecret: "secret",
    url: "http://127.0.0.1:3000",
    storageFolder: "files",
    repositoryRoot: "/",
  };
  expect(stackEnvironment({ DATABASE_DIRECT_URL: SERVER }, settings)).toMatchObject({
    DATABASE_URL: OWN,
    DATABASE_DIRECT_URL: OWN,
  });
});
