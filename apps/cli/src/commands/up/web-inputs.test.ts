import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hashWebInputs } from "./web-inputs.ts";

let root = "";

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), text);
}

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "mezzotint-inputs-"));
  await write("package-lock.json", "{}");
  await write("prisma/schema.prisma", "");
  await write("apps/web/package.json", `{"dependencies":{"@mezzotint/api":"0","next":"1"}}`);
  await write("apps/web/src/page.tsx", "one");
  await write("packages/api/package.json", `{"dependencies":{"@mezzotint/db":"0"}}`);
  await write("packages/api/src/root.ts", "one");
  await write("packages/db/package.json", "{}");
  await write("packages/db/src/client.ts", "one");
  await write("packages/engine/package.json", "{}");
});

afterEach(() => rm(root, { recursive: true, force: true }));

it.each(["apps/web/src/page.tsx", "packages/db/src/client.ts", "package-lock.json", "apps/web/src/new.ts"])(
  "changes with %s",
  async (file) => {
    const before = await hashWebInputs(root);
    await write(file, "two");
    expect(await hashWebInputs(root)).not.toBe(before);
  },
);

it.each(["apps/web/.next/BUILD_ID", "apps/web/src/page.test.tsx", "packages/engine/src/denoise.ts"])(
  "does not change with %s",
  async (file) => {
    const before = await hashWebInputs(root);
    await write(file, "two");
    expect(await hashWebInputs(root)).toBe(before);
  },
);
