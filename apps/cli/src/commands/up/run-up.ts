import { mkdir } from "node:fs/promises";
import path from "node:path";
import { MezzotintError, toMezzotintError } from "@mezzotint/contracts/errors";
import { startEmbeddedPostgres } from "@mezzotint/db/embedded-postgres";
import { asDatabaseError } from "@mezzotint/db/errors";
import { migrate } from "@mezzotint/db/migrate";
import { buildWeb } from "./build-web.ts";
import { openChildLog } from "./child-log.ts";
import { buildEnvironment, stackEnvironment } from "./environment.ts";
import { givenDatabase, type GivenDatabase } from "./given-database.ts";
import { findFreePort } from "./free-port.ts";
import { NEXT_PROGRAM, REPOSITORY_ROOT, WEB_FOLDER } from "./paths.ts";
import { createReport } from "./report.ts";
import type { Report } from "./report.ts";
import { readOrCreateSecrets } from "./secrets.ts";
import { listenToWorker } from "./listen-to-worker.ts";
import { listenForStop } from "./stop-signal.ts";
import { supervise } from "./supervise.ts";
import type { SupervisedChild } from "./supervise.ts";
import { waitUntil } from "./wait-until.ts";

export interface UpOptions {
  readonly port: number;
  readonly host: string;
  readonly dataFolder: string;
  readonly build: boolean;
}

/** What one start goes through with: settings, the person's screen, the request to stop, and what to undo at the end. */
interface Session {
  readonly options: UpOptions;
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly undo: (() => Promise<void>)[];
  /** Stopped together, before anything else is undone. */
  readonly children: { readonly child: SupervisedChild; readonly graceMs: number }[];
}

/** Longer than the worker's own time for finishing and closing. */
const WORKER_GRACE_MS = 25_000;
const WEB_GRACE_MS = 3_000;
const HEALTHY_WITHIN_MS = 90_000;
const CRASHES_MAX = 3;

/** Starts everything, waits for the request to stop, ends everything; resolves to the exit code. */
export async function runUp(options: UpOptions): Promise<number> {
  const report = createReport();
  const stop = listenForStop(report);
  const session: Session = { options, report, signal: stop.signal, undo: [], children: [] };
  let exitCode = 0;
  try {
    await startStack(session);
    await new Promise<void>((resolve) => {
      if (stop.signal.aborted) resolve();
      stop.signal.addEventListener("abort", () => resolve(), { once: true });
    });
  } catch (error) {
    if (!stop.signal.aborted) {
      report.problem(toMezzotintError(error).message);
      exitCode = 1;
    }
  }
  await Promise.all(session.children.map(({ child, graceMs }) => child.stop(graceMs)));
  for (const undo of session.undo.toReversed()) await undo();
  stop.dispose();
  if (exitCode === 0) report.line("stopped", "nothing is left running");
  return exitCode;
}

async function startStack(session: Session): Promise<void> {
  const { options, report, signal } = session;
  const { dataFolder, host } = options;
  const secrets = await readOrCreateSecrets(dataFolder);
  const port = await findFreePort(host, options.port);
  if (port !== options.port) report.line("web", `port ${options.port} is taken; using ${port}`);
  const building = options.build ? build(session) : Promise.resolve();
  // Handled below; without this a failing database would leave the build's rejection unheard.
  building.catch(() => undefined);
  const database = await prepareDatabase(session);
  signal.throwIfAborted();
  const url = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`;
  const storageFolder = path.join(dataFolder, "storage");
  await mkdir(storageFolder, { recursive: true });
  const env = stackEnvironment(process.env, {
    ...database,
    betterAuthSecret: secrets.betterAuthSecret,
    url,
    storageFolder,
    repositoryRoot: REPOSITORY_ROOT,
  });
  const workerReady = await startWorker(session, env);
  await building;
  const web = await startWeb(session, { env, host, port });
  await Promise.all([waitForWeb(session, { web, url }), waitForWorker(session, workerReady)]);
  report.announce([
    `Mezzotint is ready: ${env["BETTER_AUTH_URL"] ?? url}`,
    "Open it, sign up (the first account becomes the administrator) and type a prompt. Ctrl-C stops everything.",
  ]);
}

function build({ options, report, signal, undo }: Session): Promise<void> {
  const stopping = new AbortController();
  const building = buildWeb({
    env: buildEnvironment(process.env),
    logFile: path.join(options.dataFolder, "logs/build.log"),
    report,
    signal: AbortSignal.any([signal, stopping.signal]),
  });
  undo.push(async () => {
    stopping.abort();
    await building.catch(() => undefined);
  });
  return building;
}

async function prepareDatabase(session: Session): Promise<GivenDatabase> {
  const given = givenDatabase(process.env);
  const database = given ?? (await startOwnDatabase(session));
  const migrationsFolder = path.join(REPOSITORY_ROOT, "prisma/migrations");
  const { applied } = await migrate({ databaseUrl: database.directUrl, migrationsFolder }).catch((error: unknown) => {
    throw asDatabaseError(error);
  });
  const { report } = session;
  if (given !== null) report.line("database", `the one of DATABASE_URL, ${new URL(given.databaseUrl).host}`);
  if (applied.length > 0) report.line("database", `${applied.length} migrations applied`);
  return database;
}

async function startOwnDatabase({ options, report, undo }: Session): Promise<GivenDatabase> {
  const server = await startEmbeddedPostgres({ dataFolder: options.dataFolder });
  undo.push(() => server.stop());
  const version = server.version.split("-")[0];
  report.line("database", `PostgreSQL ${version} on port ${server.port}, data in ${options.dataFolder}`);
  if (server.notice !== null) report.line("", server.notice);
  return { databaseUrl: server.databaseUrl, directUrl: server.databaseUrl };
}

type Variables = Readonly<Record<string, string | undefined>>;

interface WorkerStart {
  readonly child: SupervisedChild;
  readonly models: () => readonly string[] | null;
}

async function startWorker({ options, report, children }: Session, env: Variables): Promise<WorkerStart> {
  const log = await openChildLog(path.join(options.dataFolder, "logs/worker.log"));
  const plan = { args: ["--import", "tsx", "apps/worker/src/main.ts"], cwd: REPOSITORY_ROOT, env };
  const listener = listenToWorker(log, report);
  const child = supervise({ name: "worker", plan, log: listener.log, report });
  children.push({ child, graceMs: WORKER_GRACE_MS });
  return { child, models: listener.models };
}

async function startWeb(
  { options, report, children }: Session,
  { env, host, port }: { env: Variables; host: string; port: number },
): Promise<SupervisedChild> {
  const log = await openChildLog(path.join(options.dataFolder, "logs/web.log"));
  const plan = { args: [NEXT_PROGRAM, "start", "-H", host, "-p", String(port)], cwd: WEB_FOLDER, env };
  const web = supervise({ name: "web", plan, log, report });
  children.push({ child: web, graceMs: WEB_GRACE_MS });
  return web;
}

async function waitForWeb(
  { options, report, signal }: Session,
  { web, url }: { web: SupervisedChild; url: string },
): Promise<void> {
  const isTrue = async () => {
    if (web.crashes() >= CRASHES_MAX) throw new MezzotintError("INTERNAL", `The web app ended ${CRASHES_MAX} times.`);
    const response = await fetch(`${url}/api/health`).catch(() => null);
    return response?.ok === true;
  };
  if (!(await waitUntil({ isTrue, withinMs: HEALTHY_WITHIN_MS, signal }))) {
    const log = path.join(options.dataFolder, "logs/web.log");
    const seconds = HEALTHY_WITHIN_MS / 1000;
    throw new MezzotintError(
      "INTERNAL",
      `The web app does not answer ${url}/api/health within ${seconds} s. Log: ${log}`,
    );
  }
  report.line("web", `answers on ${url}`);
}

/** A studio without a worker still shows its galleries: say so and carry on. */
async function waitForWorker({ report, signal }: Session, { child, models }: WorkerStart): Promise<void> {
  const isTrue = () => Promise.resolve(models() !== null || child.crashes() >= CRASHES_MAX);
  await waitUntil({ isTrue, withinMs: HEALTHY_WITHIN_MS, signal });
  const names = models();
  if (names === null) report.line("worker", "not ready yet; generations wait until it is");
  else if (names.length === 0) report.line("worker", "ready, but there is no model in models/ to draw with");
  else report.line("worker", `ready with ${names.join(", ")}`);
}
