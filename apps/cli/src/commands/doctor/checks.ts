import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { findNativeBinaries } from "@mezzotint/db/native-binaries";
import { describeModel } from "@mezzotint/engine/describe-model";
import { findModels } from "@mezzotint/engine/find-models";
import { PROVIDERS } from "@mezzotint/onnx/device";
import { createProber } from "@mezzotint/onnx/probe-devices";
import { modelFolders } from "../models/model-folders.ts";
import { isPortFree } from "../up/free-port.ts";
import { REPOSITORY_ROOT } from "../up/paths.ts";
import type { Check } from "./check.ts";

const run = promisify(execFile);
const WEB_PORT = 3000;
const LOAD_WITHIN_MS = 60_000;

/** Asks a fresh Node process: what a native library does to a process must not happen to this one. */
async function evaluate(source: string, folder: string): Promise<string> {
  const flags = ["--input-type=module", "--eval", source];
  const cwd = path.join(REPOSITORY_ROOT, folder);
  const { stdout } = await run(process.execPath, flags, { cwd, timeout: LOAD_WITHIN_MS });
  return stdout.trim();
}

function bad(sentence: string): MezzotintError {
  return new MezzotintError("UNSUPPORTED", sentence);
}

const node: Check = {
  name: "node",
  async run() {
    const problem = await evaluate(
      `import { nodeProblem } from "./install.mjs"; console.log(nodeProblem() ?? "");`,
      "scripts",
    );
    if (problem !== "") throw bad(problem);
    return `${process.version} on ${process.platform}-${process.arch}`;
  },
};

const packages: Check = {
  name: "packages",
  async run() {
    const source = `import { firstMissingPackage } from "./install.mjs"; console.log(firstMissingPackage() ?? "");`;
    const missing = await evaluate(source, "scripts");
    if (missing !== "") throw bad(`${missing} is not what package-lock.json asks for. Run: npm ci`);
    return "as package-lock.json asks";
  },
};

const databaseClient: Check = {
  name: "database client",
  async run() {
    const file = path.join(REPOSITORY_ROOT, "packages/db/src/generated/client.ts");
    if ((await stat(file).catch(() => null)) === null) throw bad("not generated. Run: npm run db:generate");
    return "generated";
  },
};

const onnxRuntime: Check = {
  name: "onnx runtime",
  async run() {
    const source = `
      import * as runtime from "onnxruntime-node";
      console.log(runtime.env.versions.node);`;
    return evaluate(source, "packages/onnx").catch((error: Error) => {
      throw bad(`onnxruntime-node does not load: ${error.message}`);
    });
  },
};

const prober = createProber();

/** One check for each provider: whether it computes here, and if not, why. */
const devices: readonly Check[] = PROVIDERS.map((provider) => ({
  name: `runs on ${provider}`,
  optional: provider !== "cpu",
  async run() {
    const found = await prober.probe({ provider });
    if (!found.works) throw bad(found.reason);
    return `computes rightly, ${found.runMs.toFixed(1)} ms for the trial (${found.version})`;
  },
}));

const postgres: Check = {
  name: "postgresql",
  async run() {
    const given = process.env["DATABASE_URL"];
    if (given !== undefined && given !== "") return "the server of DATABASE_URL is used";
    const { folder } = await findNativeBinaries();
    const { stdout } = await run(path.join(folder, "bin/postgres"), ["--version"]);
    return stdout.trim();
  },
};

const port: Check = {
  name: "port",
  optional: true,
  async run() {
    if (await isPortFree("127.0.0.1", WEB_PORT)) return `${WEB_PORT} is free`;
    throw bad(`${WEB_PORT} is taken; the next free one will be used`);
  },
};

const models: Check = {
  name: "models",
  async run() {
    const folders = modelFolders(process.env);
    const found = await findModels(folders);
    if (found.length === 0) throw bad(`no model in ${folders.join(", ")}: nothing can be drawn`);
    const described = await Promise.all(found.map(({ folder }) => describeModel(folder)));
    return described.map(({ name, hash }) => `${name} (${hash.slice(0, 12)}, every file as it should be)`).join(", ");
  },
};

const chromium: Check = {
  name: "chromium",
  optional: true,
  run: () =>
    evaluate(
      `import { findChromium, HOW_TO_GET_CHROMIUM } from "./find-chromium.mjs";
       console.log(findChromium() ?? "none: " + HOW_TO_GET_CHROMIUM);`,
      "scripts",
    ),
};

export const CHECKS: readonly Check[] = [
  node,
  packages,
  databaseClient,
  onnxRuntime,
  ...devices,
  postgres,
  port,
  models,
  chromium,
];
