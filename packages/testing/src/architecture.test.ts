import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

/** What linters cannot say about the house. Every check fails when it finds nothing to look at. */
const ROOT = path.resolve(import.meta.dirname, "../../..");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(path.join(ROOT, file)));
const sources = tracked.filter((file) => /^(apps|packages)\/.*\.(ts|tsx)$/.test(file) && !file.includes("/generated/"));

function codeLines(file: string): number {
  return read(file)
    .split("\n")
    .filter((line) => !/^\s*(\/\/|\*|\/\*|$)/.test(line)).length;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

test("every package has a floor and a line in ARCHITECTURE.md", () => {
  const boundaries = JSON.parse(read("turbo.json")).boundaries.tags as Record<string, unknown>;
  const packages = tracked.filter((file) => /^(apps|packages)\/[^/]+\/package\.json$/.test(file)).map(path.dirname);
  expect(packages.length).toBeGreaterThan(15);
  const rooms = read("ARCHITECTURE.md");
  for (const folder of packages) {
    const tags = JSON.parse(read(`${folder}/turbo.json`)).tags as string[];
    expect(tags, `${folder}/turbo.json names its floor`).toEqual([path.basename(folder)]);
    expect(boundaries, `turbo.json has rules for ${folder}`).toHaveProperty(path.basename(folder));
    expect(rooms, `ARCHITECTURE.md has a line for ${folder}`).toContain(`\`${folder}\``);
  }
});

test("files stay small", () => {
  const product = sources.filter((file) => !/\.test\.tsx?$/.test(file));
  expect(product.length).toBeGreaterThan(150);
  const sizes = product.map(codeLines);
  const large = product.filter((file) => codeLines(file) > 300);
  expect(large, "files over 300 code lines").toEqual([]);
  expect(percentile(sizes, 0.5), "median code lines").toBeLessThanOrEqual(75);
  expect(percentile(sizes, 0.9), "90th percentile of code lines").toBeLessThanOrEqual(220);
});

test("every name in the catalogue has a test that mentions it", () => {
  const catalogue = read("packages/contracts/src/catalogue.ts");
  const lists = [...catalogue.matchAll(/export const (\w+_IDS) = \[([^\]]*)\]/g)];
  expect(lists.length).toBeGreaterThanOrEqual(3);
  const tests = sources.filter((file) => file.endsWith(".test.ts")).map(read);
  const fixtures = tracked.filter((file) => file.includes("/__fixtures__/") && file.endsWith(".json")).map(read);
  const seen = [...tests, ...fixtures].join("\n");
  for (const [, list = "", names = ""] of lists) {
    const ids = [...names.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(ids.length, `${list} is not empty`).toBeGreaterThan(0);
    for (const id of ids)
      expect(seen.includes(`"${id}"`) || seen.includes(`'${id}'`), `${list}: ${id} is in a test`).toBe(true);
  }
});

/** A path, or a heading in a document: `docs/a.md#its-words`. */
function isThere(place: string): boolean {
  const [file = "", heading] = place.split("#");
  if (!existsSync(path.join(ROOT, file))) return false;
  if (heading === undefined) return true;
  const slugs = [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, words = ""]) =>
    words
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
  return slugs.includes(heading);
}

test("paths named in the documents exist", () => {
  const documents = tracked.filter((file) => /^[A-Z]+\.md$|^docs\/.*\.md$|^infra\/.*\.md$/.test(file));
  expect(documents.length).toBeGreaterThan(6);
  const named = documents.flatMap((document) =>
    [...read(document).matchAll(/`((?:apps|packages|prisma|infra|e2e|docs|models|scripts)\/[\w./-]*)`/g)].map(
      (match) => ({
        document,
        place: match[1] ?? "",
      }),
    ),
  );
  expect(named.length).toBeGreaterThan(20);
  const linked = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:|#)([^)\s]+)\)/g)].map((match) => ({
      document,
      place: path.join(path.dirname(document), match[1] ?? ""),
    })),
  );
  expect(linked.length).toBeGreaterThan(4);
  const missing = [...named, ...linked].filter(({ place }) => !isThere(place));
  expect(missing).toEqual([]);
});

test("the lock file names no download address, so that it serves any registry", () => {
  const lock = JSON.parse(read("package-lock.json")).packages as Record<string, { resolved?: string }>;
  expect(Object.keys(lock).length).toBeGreaterThan(100);
  const addresses = Object.values(lock).flatMap(({ resolved }) =>
    resolved?.includes("://") === true ? [resolved] : [],
  );
  expect(addresses).toEqual([]);
});
