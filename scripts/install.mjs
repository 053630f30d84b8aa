// Installs the npm packages when what is in node_modules is not what package-lock.json asks for.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

const LINES_SHOWN = 40;
const NODE_MINIMUM = [20, 19];

/** A sentence when this Node is too old, else null. */
export function nodeProblem() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const enough = major > NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor >= NODE_MINIMUM[1]);
  return enough
    ? null
    : `Mezzotint needs Node.js ${NODE_MINIMUM.join(".")} or newer; this is ${process.versions.node}.`;
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages ?? {};
}

/** The first package that is missing or has another version than the lock file says, or null when all are right. */
export function firstMissingPackage() {
  // npm writes this file last, when an installation is complete.
  const installedFile = path.join(root, "node_modules/.package-lock.json");
  if (!existsSync(installedFile)) return "node_modules";
  const installed = readPackages(installedFile);
  for (const [folder, wanted] of Object.entries(readPackages(path.join(root, "package-lock.json")))) {
    if (!folder.includes("node_modules/")) continue;
    const found = installed[folder];
    if (found === undefined && (wanted.optional === true || wanted.devOptional === true || wanted.peer === true))
      continue;
    if (found === undefined || found.version !== wanted.version) return folder;
  }
  return null;
}

/** Runs `npm ci` when needed, silently unless it fails; returns whether it ran. */
export function installPackages(say) {
  const missing = firstMissingPackage();
  if (missing === null) return false;
  say(missing === "node_modules" ? "installing packages; a minute or two" : "packages changed; installing again");
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const result = spawnSync(command, [...first, "ci", "--no-audit", "--no-fund"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32" && command === "npm",
    env: {
      ...process.env,
      ONNXRUNTIME_NODE_INSTALL: process.env.ONNXRUNTIME_NODE_INSTALL ?? "skip",
      CHECKPOINT_DISABLE: "1",
    },
  });
  if (result.error) throw new Error(`Cannot run npm: ${result.error.message}`);
  if (result.status !== 0) {
    const said = `${result.stdout}${result.stderr}`
      .trim()
      .split("\n")
      .filter((line) => !line.startsWith("npm warn"));
    throw new Error(
      `npm ci ended with ${result.status ?? result.signal}; it said:\n${said.slice(0, LINES_SHOWN).join("\n")}`,
    );
  }
  return true;
}

/** Everything that must be there before any of our TypeScript can run. */
export async function prepare(say) {
  const problem = nodeProblem();
  if (problem !== null) throw new Error(problem);
  if (installPackages(say)) say("packages installed");
  const { generatePrismaClient } = await import("./prisma-generate.mjs");
  if (generatePrismaClient()) say("database client generated");
}
