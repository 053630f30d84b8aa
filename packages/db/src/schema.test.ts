import { readFile } from "node:fs/promises";
import { JOB_KINDS } from "@mezzotint/contracts/catalogue";
import { GENERATION_STATUSES, VISIBILITIES } from "@mezzotint/contracts/generation";
import { ATTEMPT_OUTCOMES, JOB_STATES } from "@mezzotint/contracts/job";
import { RUN_STATUSES } from "@mezzotint/contracts/run";
import { SOURCE_KINDS } from "@mezzotint/contracts/source";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  AttemptOutcome,
  GenerationStatus,
  JobKind,
  JobState,
  RunStatus,
  SourceKind,
  Visibility,
} from "./generated/enums.ts";

const COLUMN_TYPES: Readonly<Record<string, string>> = {
  String: "text",
  Int: "int4",
  Boolean: "bool",
  DateTime: "timestamptz",
  Json: "jsonb",
  Float: "float8",
  Bytes: "bytea",
};

interface Block {
  readonly kind: string;
  readonly name: string;
  readonly mapped: string;
  readonly lines: readonly string[];
}

const client = new pg.Client({ connectionString: await useTestDatabase() });
const schema = await readFile(new URL("../../../prisma/schema.prisma", import.meta.url), "utf8");
const blocks = readBlocks(schema);
const enums = blocks.filter(({ kind }) => kind === "enum");
const models = blocks.filter(({ kind }) => kind === "model");

beforeAll(() => client.connect());
afterAll(() => client.end());

function readBlocks(text: string): Block[] {
  return [...text.matchAll(/^(model|enum) (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, kind, name, body]) => ({
    kind: kind ?? "",
    name: name ?? "",
    mapped: /@@map\("(\w+)"\)/.exec(body ?? "")?.[1] ?? "",
    lines: (body ?? "")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("//") && !line.startsWith("@@")),
  }));
}

/** `column type [not null]` for each stored field of a model. */
function columnsOf(model: Block): string[] {
  return model.lines.flatMap((line) => {
    const [, field, type, mark] = /^(\w+)\s+(\w+)(\?|\[\])?/.exec(line) ?? [];
    const columnType = COLUMN_TYPES[type ?? ""] ?? enums.find(({ name }) => name === type)?.mapped;
    if (columnType === undefined) return [];
    const column = /@map\("(\w+)"\)/.exec(line)?.[1] ?? field;
    return [`${model.mapped}.${column} ${mark === "[]" ? "_" : ""}${columnType}${mark === "?" ? "" : " not null"}`];
  });
}

test("the migrations make exactly the tables and columns of schema.prisma", async () => {
  const { rows } = await client.query<{ line: string }>(`
    SELECT format('%s.%s %s%s', table_name, column_name, udt_name, CASE is_nullable WHEN 'NO' THEN ' not null' END) AS line
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`);
  const expected = models.flatMap(columnsOf);
  expect(expected.length).toBeGreaterThan(100);
  expect(rows.map(({ line }) => line).toSorted()).toEqual(expected.toSorted());
});

test("the migrations make exactly the enums of schema.prisma, in order", async () => {
  const { rows } = await client.query<{ name: string; labels: string[] }>(`
    SELECT t.typname AS name, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS labels
    FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname ORDER BY 1`);
  const expected = enums.map(({ mapped, lines }) => ({ name: mapped, labels: lines }));
  expect(expected.length).toBeGreaterThan(5);
  expect(rows).toEqual(expected.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
});

test("every unique and every index of schema.prisma is there", async () => {
  const { rows } = await client.query<{ name: string }>(
    "SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'",
  );
  const declared = [...schema.matchAll(/^ {2}(?!\/\/).*@(unique|id|@index|@unique|@id)\b/gm)].length;
  const undeclared = [
    "recipe_prompt_trigram_idx",
    "job_line_idx",
    "job_running_idx",
    "job_account_idx",
    "job_done_idx",
    "job_failed_idx",
  ];
  expect(declared).toBeGreaterThan(30);
  expect(rows.filter(({ name }) => !undeclared.includes(name))).toHaveLength(declared);
});

test("the lists of contracts are the enums of the ledger", () => {
  expect(Object.values(GenerationStatus)).toEqual(GENERATION_STATUSES);
  expect(Object.values(Visibility)).toEqual(VISIBILITIES);
  expect(Object.values(SourceKind)).toEqual(SOURCE_KINDS);
  expect(Object.values(JobState)).toEqual(JOB_STATES);
  expect(Object.values(JobKind)).toEqual(JOB_KINDS);
  expect(Object.values(RunStatus)).toEqual(RUN_STATUSES);
  expect(Object.values(AttemptOutcome)).toEqual(ATTEMPT_OUTCOMES);
});
