import { toPlainError } from "@mezzotint/contracts/errors";
import { parseEnvironment, type WorkerEnvironment } from "./environment.ts";
import { createLog } from "./log.ts";
import { runWorker } from "./run-worker.ts";
import { serveUntilStopped } from "./serve-until-stopped.ts";
import { startEngines } from "./start-engines.ts";

const log = createLog({ pid: process.pid });
const environment = readEnvironment();

serveUntilStopped({
  start: async () => runWorker({ environment, engines: await startEngines(environment, log), log }),
  drainMs: environment.drainMs,
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
