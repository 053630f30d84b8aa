// `npm test`: everything, unattended, from an empty clone. Installs what is missing, runs the steps of `npm run verify`
// one by one, then the browser tests, and ends with one line, "N passed, M failed", summed over vitest and Playwright;
// a check that is no test (format, lint, types …) and fails counts as one failure. Exit code 0 only if all passed.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { findOrInstallChromium } from "./find-chromium.mjs";
import { prepare, root } from "./install.mjs";

const VITEST_RESULTS = ".turbo/vitest-results.json";
const PLAYWRIGHT_RESULTS = path.join(root, "e2e/test-results/results.json");
const UNIT_STEP = "npm run test:unit";

const startedAtMs = performance.now();
const phases = [];
let passed = 0;
let failed = 0;

const env = {
  ...process.env,
  NEXT_TELEMETRY_DISABLED: "1",
  TURBO_TELEMETRY_DISABLED: "1",
  CHECKPOINT_DISABLE: "1",
  BETTER_AUTH_TELEMETRY: "0",
  DO_NOT_TRACK: "1",
  // A result out of a cache says nothing about this machine.
  TURBO_FORCE: "true",
  TURBO_CONCURRENCY: process.env.TURBO_CONCURRENCY ?? String(Math.max(2, Math.floor(availableParallelism() / 2))),
};

const say = (text) => console.log(`==> ${text}`);

function complain(sentence) {
  console.error(`==> ${sentence}`);
  failed += 1;
}

/** Runs a command line with its output shown; resolves to whether it ended with 0. */
async function run(command) {
  const child = spawn(command, { cwd: root, env, shell: true, stdio: "inherit" });
  const stop = () => child.kill("SIGTERM");
  process.once("SIGTERM", stop);
  const code = await new Promise((resolve) => {
    child.once("error", () => resolve(1));
    child.once("exit", resolve);
  });
  process.off("SIGTERM", stop);
  return code === 0;
}

async function phase(name, work) {
  const beganMs = performance.now();
  say(name);
  await work();
  phases.push({ name, seconds: (performance.now() - beganMs) / 1000 });
}

function verifySteps() {
  const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const steps = scripts.verify.split("&&").map((step) => step.trim());
  if (!steps.includes(UNIT_STEP)) throw new Error(`"verify" in package.json does not contain "${UNIT_STEP}".`);
  return steps;
}

/** Every workspace with a test script: each of them owes a result. */
function testedPackages() {
  const folders = ["apps", "packages"].flatMap((parent) =>
    readdirSync(path.join(root, parent)).map((name) => path.join(root, parent, name)),
  );
  return folders.filter((folder) => {
    const manifest = path.join(folder, "package.json");
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).scripts?.test !== undefined;
  });
}

async function unitTests() {
  const packages = testedPackages();
  for (const folder of packages) rmSync(path.join(folder, VITEST_RESULTS), { force: true });
  const flags = `--reporter=default --reporter=json --outputFile.json=${VITEST_RESULTS}`;
  // `--continue`: one package's failure must not hide the others' results.
  const ended = await run(`${UNIT_STEP} -- --continue -- ${flags}`);
  const failedBefore = failed;
  for (const folder of packages) countVitest(folder);
  if (!ended && failed === failedBefore) complain("The unit tests ended with an error outside of any test.");
}

function countVitest(folder) {
  const file = path.join(folder, VITEST_RESULTS);
  const name = path.relative(root, folder);
  if (!existsSync(file)) return complain(`${name} left no test results.`);
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, "utf8"));
  // A file that cannot be loaded has no tests to fail.
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((assertion) => assertion.status === "failed"),
  ).length;
  if (numPassedTests + numFailedTests + brokenFiles === 0) complain(`${name} has a test script and ran no test.`);
  passed += numPassedTests;
  failed += numFailedTests + brokenFiles;
}

async function browserTests() {
  rmSync(PLAYWRIGHT_RESULTS, { force: true });
  const ended = await run("npm run e2e");
  if (!existsSync(PLAYWRIGHT_RESULTS)) return complain("The browser tests left no results.");
  const { stats, errors } = JSON.parse(readFileSync(PLAYWRIGHT_RESULTS, "utf8"));
  passed += stats.expected + stats.flaky;
  failed += stats.unexpected;
  if (stats.expected + stats.flaky + stats.unexpected === 0) complain("No browser test ran.");
  else if (!ended && stats.unexpected === 0) complain(`The browser tests ended with ${errors.length} errors.`);
}

function finish() {
  for (const { name, seconds } of phases) console.log(`    ${seconds.toFixed(1).padStart(7)} s  ${name}`);
  console.log(`    ${((performance.now() - startedAtMs) / 1000).toFixed(1).padStart(7)} s  in all`);
  const ok = failed === 0 && passed > 0;
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = ok ? 0 : 1;
}

try {
  await phase("prepare: packages and database client", () => prepare(say));
  await phase("prepare: Chromium", () => void (env.CHROMIUM_PATH = findOrInstallChromium(say)));
  for (const step of verifySteps()) {
    if (step === UNIT_STEP) await phase(step, unitTests);
    else await phase(step, async () => void ((await run(step)) || complain(`${step} failed.`)));
  }
  await phase("npm run e2e", browserTests);
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
}
finish();
