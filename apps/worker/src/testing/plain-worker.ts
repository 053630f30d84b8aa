/** A whole worker process around the plain engine, as `main.ts` is one around the host. */
import { parseEnvironment } from "../environment.ts";
import { createLog } from "../log.ts";
import { runWorker } from "../run-worker.ts";
import { serveUntilStopped } from "../serve-until-stopped.ts";
import { createPlainEngine } from "./plain-engine.ts";
import { skewClock } from "./skew-clock.ts";

const { CLOCK_AHEAD_MS } = process.env;
if (CLOCK_AHEAD_MS !== undefined) skewClock(Number(CLOCK_AHEAD_MS));

const log = createLog({ pid: process.pid });
const environment = parseEnvironment(process.env);
const engine = createPlainEngine({ stepMs: Number(process.env["STEP_MS"]) });

serveUntilStopped({
  start: () => runWorker({ environment, engines: [engine], log }),
  drainMs: environment.drainMs,
  log,
});
