import { toPlainError } from "@mezzotint/contracts/errors";
import { parseEnvironment, type WorkerEnvironment } from "./environment.ts";
import { createEngineHost } from "./host/engine-host.ts";
import { createLog } from "./log.ts";
import { runWorker } from "./run-worker.ts";
import { serveUntilStopped } from "./serve-until-stopped.ts";

const KILL_GRACE_MS = 3_000;

const log = createLog({ pid: process.pid });
const environment = readEnvironment();
const { modelFolders, provider, threads, checkpointAfterMs, drainMs } = environment;

serveUntilStopped({
  start: () =>
    runWorker({
      environment,
      engines: [
        createEngineHost({
          modelFolders: [...modelFolders],
          provider,
          threads,
          checkpointAfterMs,
          killGraceMs: KILL_GRACE_MS,
        }),
      ],
      log,
    }),
  drainMs,
  log,
});

function readEnvironment(): WorkerEnvironment {
  try {
    return parseEnvironment(process.env);
  } catch (error) {
    log("not-started", { ...toPlainError(error) });
    process.exit(1);
  }
}
