import { z } from "zod";
import type { ChildLog } from "./child-log.ts";
import type { Report } from "./report.ts";

const WorkerEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("ready"), models: z.array(z.object({ name: z.string() })) }),
  z.object({ event: z.literal("model-unusable"), name: z.string(), message: z.string() }),
]);

/** Passes the worker's lines on to its log, tells people which model is unusable, and notes which ones are served. */
export function listenToWorker(
  log: ChildLog,
  report: Report,
): { readonly log: ChildLog; models(): readonly string[] | null } {
  let models: readonly string[] | null = null;
  let rest = "";
  function hear(line: string): void {
    const event = parseEvent(line);
    if (event?.event === "ready") models = event.models.map(({ name }) => name);
    if (event?.event === "model-unusable")
      report.line("worker", `cannot use the model ${event.name}: ${event.message}`);
  }
  return {
    models: () => models,
    log: {
      ...log,
      write(chunk) {
        log.write(chunk);
        const lines = (rest + chunk.toString("utf8")).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) hear(line);
      },
    },
  };
}

function parseEvent(line: string): z.infer<typeof WorkerEvent> | null {
  if (!line.startsWith("{")) return null;
  try {
    return WorkerEvent.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    // A line of the runtime's that only looks like one of ours.
    return null;
  }
}
