// Threads do not inherit the loader that reads TypeScript, so this one is told where it is.
import { workerData } from "node:worker_threads";

const { register } = await import(workerData.loader);
register();
await import("./preparation-thread.ts");
