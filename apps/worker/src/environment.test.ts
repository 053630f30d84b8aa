import { delimiter, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { parseEnvironment } from "./environment.ts";

const needed = { DATABASE_URL: "postgresql://localhost/x", MEZZOTINT_STORAGE: "files" };

test("what is not said has a default, and relative folders become absolute", () => {
  const environment = parseEnvironment({
    ...needed,
    MEZZOTINT_ROOT: "/root",
    MEZZOTINT_MODELS: ["/a", "b"].join(delimiter),
    MEZZOTINT_THREADS: "3",
  });
  expect(environment).toEqual({
    databaseUrl: needed.DATABASE_URL,
    storageFolder: resolve("files"),
    modelFolders: [join("/root", "models"), "/a", resolve("b")],
    provider: "cpu",
    threads: 3,
    capacity: 4,
    lanes: ["interactive", "batch"],
    checkpointAfterMs: 10_000,
    drainMs: 10_000,
  });
});

test("every variable that is wrong is named", () => {
  expect(() => parseEnvironment({ MEZZOTINT_THREADS: "many", MEZZOTINT_STORAGE: "" })).toThrow(
    /DATABASE_URL is not set\. MEZZOTINT_STORAGE is empty\. MEZZOTINT_THREADS .*\./,
  );
});
