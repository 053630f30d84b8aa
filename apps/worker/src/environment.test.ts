import { availableParallelism } from "node:os";
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
    slots: ["auto"],
    threads: 3,
    capacity: 4,
    lanes: ["interactive", "batch"],
    checkpointAfterMs: 10_000,
    drainMs: 10_000,
  });
});

test("every variable that is wrong is named", () => {
  const wrong = { MEZZOTINT_THREADS: "many", MEZZOTINT_STORAGE: "", MEZZOTINT_SLOTS: "gpu", MEZZOTINT_LANES: "fast" };
  expect(() => parseEnvironment(wrong)).toThrow(
    /DATABASE_URL is not set\. MEZZOTINT_STORAGE is empty\. MEZZOTINT_THREADS .* MEZZOTINT_SLOTS .*"gpu".* MEZZOTINT_LANES/,
  );
});

test("slots are devices or a number of them, and share the cores; lanes are in the order they are served", () => {
  const read = (more: Record<string, string>) => parseEnvironment({ ...needed, ...more });
  expect(read({ MEZZOTINT_SLOTS: "cuda:0,cpu" }).slots).toEqual([{ provider: "cuda", index: 0 }, { provider: "cpu" }]);
  const cores = availableParallelism();
  expect(read({ MEZZOTINT_SLOTS: String(cores) })).toMatchObject({ slots: Array(cores).fill("auto"), threads: 1 });
  expect(read({}).threads).toBe(cores);
  expect(read({ MEZZOTINT_LANES: "batch, interactive" }).lanes).toEqual(["interactive", "batch"]);
  expect(read({ MEZZOTINT_LANES: "batch" }).lanes).toEqual(["batch"]);
});
