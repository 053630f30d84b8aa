// `npm run test:faults -- [--workers N] [--databases M]`: the long form of the suite in apps/worker/src/faults; its short
// form is part of `npm test`. N workers and twice M databases (kill -9, then a clean restart) end in the middle of work.
import { spawn } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { prepare, root } from "./install.mjs";

const { values } = parseArgs({
  options: { workers: { type: "string", default: "100" }, databases: { type: "string", default: "20" } },
});
for (const [name, value] of Object.entries(values)) {
  if (/^[1-9]\d*$/.test(value)) continue;
  console.error(`--${name} must be a whole number of at least 1, not "${value}".`);
  process.exit(1);
}
await prepare((text) => console.log(`==> ${text}`));
const child = spawn("npx vitest run src/faults", {
  cwd: path.join(root, "apps/worker"),
  env: {
    ...process.env,
    MEZZOTINT_FAULTS: "long",
    MEZZOTINT_FAULTS_WORKERS: values.workers,
    MEZZOTINT_FAULTS_DATABASES: values.databases,
  },
  shell: true,
  stdio: "inherit",
});
child.once("exit", (code) => {
  process.exitCode = code ?? 1;
});
