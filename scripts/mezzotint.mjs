// `npm start` and `npm run mezzotint -- …`: installs what is missing, generates the database client, and becomes the
// command line. Plain JavaScript without dependencies: on the first start there is nothing but Node.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { prepare, root } from "./install.mjs";

// To stderr: what a command prints may be read by a program.
const say = (text) => console.error(`${(performance.now() / 1000).toFixed(1).padStart(6)} s  setup      ${text}`);

try {
  await prepare(say);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

// In this very process, so that signals need no forwarding and there is one parent of everything.
const { register } = await import("tsx/esm/api");
register();
const cli = path.join(root, "apps/cli/src/main.ts");
process.argv = [process.execPath, cli, ...process.argv.slice(2)];
await import(pathToFileURL(cli).href);
