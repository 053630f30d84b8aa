import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { pullInception } from "./pull-inception.ts";
import { pullSourceOf } from "./pull-sources.ts";

const home = await mkdtemp(path.join(tmpdir(), "pull-inception-"));
afterAll(() => rm(home, { recursive: true }));

const order = (file: string) => ({
  id: "inception-fid",
  folder: path.join(home, "inception-fid"),
  revision: undefined,
  variant: undefined,
  file,
  report: () => undefined,
});

test("inception-fid is a source of its own", () => {
  expect(pullSourceOf("inception-fid")).toBe(pullInception);
});

test("bytes that are not the published ones are refused before anything in them is read, and leave nothing", async () => {
  const file = path.join(home, "weights.pth");
  await writeFile(file, "cos\nsystem\n(S'true'\ntR.");
  await expect(pullInception(order(file))).rejects.toMatchObject({
    code: "MODEL_CORRUPT",
    message: expect.stringMatching(/expected SHA-256 6726825d…, got [0-9a-f]{16}… of 23 bytes/),
  });
  await expect(pullInception(order(path.join(home, "absent.pth")))).rejects.toMatchObject({
    code: "MODEL_UNAVAILABLE",
  });
  expect(await readdir(home)).toEqual(["weights.pth"]);
});
