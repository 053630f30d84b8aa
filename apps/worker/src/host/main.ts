import { toPlainError } from "@mezzotint/contracts/errors";
import { describeModels } from "./describe-models.ts";
import { draw } from "./draw.ts";
import { createModelPool } from "./model-pool.ts";
import type { Answer, FromHost, HostSettings, Question, ToHost } from "./protocol.ts";

/**
 * @file The engine host: a process of its own, because the runtime computes on the calling thread and can only be
 * stopped for certain by ending its process. It lives as long as its supervisor.
 */

interface Drawing {
  readonly controller: AbortController;
  wantsPreview: boolean;
}

function send(message: FromHost): void {
  // A lost channel needs no word here: it ends the process, below.
  process.send?.(message, undefined, undefined, () => undefined);
}

function serve(settings: HostSettings): (message: ToHost) => void {
  const pool = createModelPool(settings);
  const drawings = new Map<number, Drawing>();

  async function answer(question: Question & { readonly id: number }): Promise<Answer> {
    if (question.type === "describe") return { type: "described", result: await describeModels(settings.modelFolders) };
    const { id } = question;
    const drawing: Drawing = { controller: new AbortController(), wantsPreview: question.preview };
    drawings.set(id, drawing);
    const result = await draw(question, {
      pool,
      settings,
      signal: drawing.controller.signal,
      wantsPreview: () => drawing.wantsPreview,
      tell: (news) => send({ ...news, id }),
    }).finally(() => drawings.delete(id));
    return { type: "generated", result };
  }

  return (message) => {
    switch (message.type) {
      case "start":
        return;
      case "leave":
        return process.exit(0);
      case "preview": {
        const drawing = drawings.get(message.id);
        if (drawing !== undefined) drawing.wantsPreview = message.wanted;
        return;
      }
      case "cancel":
        return drawings.get(message.id)?.controller.abort();
      case "describe":
      case "generate": {
        const { id } = message;
        void answer(message).then(
          (given) => send({ ...given, id }),
          (thrown: unknown) => {
            const error = toPlainError(thrown);
            // Only here is the stack known.
            if (error.code === "INTERNAL") console.error(thrown);
            send({ type: "failed", id, error });
          },
        );
      }
    }
  };
}

function start(): void {
  process.once("disconnect", () => process.exit(0));
  if (!process.connected) process.exit(0);
  // A terminal and a service manager signal the whole group; the supervisor decides when this process ends.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
  let handle: ((message: ToHost) => void) | null = null;
  process.on("message", (message: ToHost) => {
    if (message.type === "start") {
      handle = serve(message.settings);
      send({ type: "ready" });
    } else handle?.(message);
  });
}

start();
