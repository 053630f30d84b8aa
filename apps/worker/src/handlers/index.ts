import type { StartEvaluator } from "../evaluator/evaluator.ts";
import type { EvaluatorSettings } from "../evaluator/protocol.ts";
import type { Watched } from "../watched.ts";
import type { Engine } from "./engine.ts";
import { createEvaluateHandler } from "./evaluate.ts";
import { createGenerateHandler } from "./generate.ts";
import type { Handlers } from "./handler.ts";

/** What a worker can do: one handler per kind of job. */
export function createHandlers(args: {
  readonly engine: Engine;
  readonly watched: Watched;
  readonly startEvaluator: StartEvaluator;
  readonly evaluatorSettings: EvaluatorSettings;
}): Handlers {
  const { engine, watched, startEvaluator, evaluatorSettings } = args;
  return {
    generate: createGenerateHandler(engine, watched),
    evaluate: createEvaluateHandler(startEvaluator, evaluatorSettings),
  } satisfies Handlers;
}
