// Generates the Prisma client into packages/db/src/generated, without any network, and only when the schema changed.
//
// The Prisma CLI tries to download its schema engine before every command, although `generate` never runs it; pointing
// PRISMA_SCHEMA_ENGINE_BINARY at any executable file makes it go straight to work.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const generatedFolder = path.join(root, "packages/db/src/generated");
const stampFile = path.join(generatedFolder, ".schema-hash");
const cliFile = path.join(root, "node_modules/prisma/build/index.js");
const inputs = ["prisma/schema.prisma", "prisma.config.ts", "node_modules/prisma/package.json"];

function inputsHash() {
  const hash = createHash("sha256");
  for (const input of inputs) {
    const file = path.join(root, input);
    if (!existsSync(file)) throw new Error(`Cannot generate the database client: ${input} is missing. Run: npm ci`);
    hash.update(`${input}\0`).update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/** Generates the client unless it is current; returns whether it did anything. */
export function generatePrismaClient() {
  const hash = inputsHash();
  const current = existsSync(stampFile) && existsSync(path.join(generatedFolder, "client.ts"));
  if (current && readFileSync(stampFile, "utf8").trim() === hash) return false;
  const result = spawnSync(process.execPath, [cliFile, "generate"], {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      CHECKPOINT_DISABLE: "1",
    },
  });
  if (result.error) throw new Error(`Cannot run the Prisma CLI at ${cliFile}: ${result.error.message}`);
  if (result.status !== 0 || !existsSync(path.join(generatedFolder, "client.ts"))) {
    const said = `${result.stdout}${result.stderr}`.trim();
    throw new Error(`prisma generate ended with ${result.status ?? result.signal}; it said:\n${said}`);
  }
  writeFileSync(stampFile, `${hash}\n`);
  return true;
}

const startedDirectly = process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href;
if (startedDirectly) {
  try {
    console.log(generatePrismaClient() ? "The database client was generated." : "The database client is up to date.");
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
