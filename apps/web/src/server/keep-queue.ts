import "server-only";
import type { ServiceContext } from "@mezzotint/services/context";
import { sweepJobs } from "@mezzotint/services/job/sweep";
import { logError } from "./log.ts";

const SWEEP_MS = 400;

/** Takes back what dead workers held, as workers do for each other: when the last of them dies somebody must notice. */
export function keepQueue(connections: Pick<ServiceContext, "db" | "storage">): void {
  const ctx: ServiceContext = { ...connections, actor: { kind: "house" }, now: () => new Date() };
  let isSweeping = false;
  async function sweep(): Promise<void> {
    if (isSweeping) return;
    isSweeping = true;
    try {
      await sweepJobs({ ctx });
    } catch (error) {
      logError("sweep", error);
    } finally {
      isSweeping = false;
    }
  }
  setInterval(() => void sweep(), SWEEP_MS).unref();
}
