// Finds a Chromium for the browser tests: CHROMIUM_PATH, or one of the usual programs on PATH or in the usual places.
// Run directly, it prints the path and ends with 0, or says how to get one and ends with 1.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
const FIXED = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

export const HOW_TO_GET_CHROMIUM =
  "The browser tests need Chromium or Chrome. Install one (Debian, Ubuntu: apt-get install chromium; Fedora: dnf install " +
  "chromium; macOS: brew install --cask chromium), or set CHROMIUM_PATH to the program.";

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given !== undefined && given !== "") {
    if (!isExecutable(given)) throw new Error(`CHROMIUM_PATH is ${given}, which is not a program.`);
    return given;
  }
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const candidates = [...PROGRAMS.flatMap((program) => folders.map((folder) => path.join(folder, program))), ...FIXED];
  return candidates.find(isExecutable) ?? null;
}

function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024, env });
}

/** Finds Chromium; on Debian as root installs it from Debian's packages when there is none. */
export function findOrInstallChromium(say) {
  const found = findChromium();
  if (found !== null) return found;
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) throw new Error(HOW_TO_GET_CHROMIUM);
  say("installing Chromium from the packages of this Debian");
  run("apt-get", ["update", "-qq"]);
  const result = run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
  const installed = findChromium();
  if (installed !== null) return installed;
  throw new Error(`apt-get could not install Chromium:\n${result.stdout}${result.stderr}\n${HOW_TO_GET_CHROMIUM}`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = findChromium();
  console[found === null ? "error" : "log"](found ?? HOW_TO_GET_CHROMIUM);
  process.exitCode = found === null ? 1 : 0;
}
