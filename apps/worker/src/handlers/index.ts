import type { Engine } from "./engine.ts";
import { createGenerateHandler } from "./generate.ts";
import type { Handlers } from "./handler.ts";

/** What a worker can do: one handler per kind of job. */
export function createHandlers(engine: Engine): Handlers {
  return { generate: createGenerateHandler(engine) } satisfies Handlers;
}
