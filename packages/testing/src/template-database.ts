import { createHash, randomBytes } from "node:crypto";
import pg from "pg";

/** A server for tests, and the migrated database on it that every test file copies. */
export interface TemplateDatabase {
  readonly serverUrl: string;
  readonly templateName: string;
}

export interface TestDatabase {
  readonly databaseUrl: string;
  drop(): Promise<void>;
}

const TEMPLATE_LOCK = 1_835_367_100;
const STALE_SECONDS = 3_600;

/**
 * Makes the template once per content of the migrations, however many test runs ask at once, and removes databases
 * that killed runs left behind. `fingerprint` is any text that changes when the migrations do.
 */
export async function prepareTemplateDatabase(args: {
  serverUrl: string;
  fingerprint: string;
  migrate: (databaseUrl: string) => Promise<unknown>;
}): Promise<TemplateDatabase> {
  const { serverUrl } = args;
  const digest = createHash("sha256").update(args.fingerprint).digest("hex").slice(0, 12);
  const templateName = `mezzotint_template_${digest}`;
  await withClient(serverUrl, async (client) => {
    await client.query("SELECT pg_advisory_lock($1)", [TEMPLATE_LOCK]);
    await dropStaleDatabases(client);
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [templateName]);
    if (rowCount !== 0) return;
    // Under another name until it is whole, so that a run killed half-way leaves no broken template.
    const draft = testName();
    await client.query(`CREATE DATABASE ${draft}`);
    await args.migrate(urlOf(serverUrl, draft));
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${templateName}`);
  });
  return { serverUrl, templateName };
}

/** A fresh copy of the template, for one test file. */
export async function copyTemplateDatabase({ serverUrl, templateName }: TemplateDatabase): Promise<TestDatabase> {
  const name = testName();
  await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${templateName}`));
  return {
    databaseUrl: urlOf(serverUrl, name),
    async drop() {
      await withClient(serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

async function dropStaleDatabases(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    "SELECT datname FROM pg_database WHERE datname LIKE 'mezzotint\\_test\\_%'",
  );
  for (const { datname } of rows) {
    const madeAt = Number(datname.split("_")[2]);
    if (Date.now() / 1000 - madeAt > STALE_SECONDS) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
  }
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function testName(): string {
  return `mezzotint_test_${Math.floor(Date.now() / 1000)}_${randomBytes(6).toString("hex")}`;
}

function urlOf(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
