import { MezzotintError } from "@mezzotint/contracts/errors";
import type { ModelInfo } from "@mezzotint/contracts/model";
import type { Recipe } from "@mezzotint/contracts/recipe";
import type { WorkerEngine } from "../run-worker.ts";
import { createPlainEngine } from "./plain-engine.ts";

/** An engine that holds every generation until it is let go, so that a test need not guess what runs when. */
export interface GatedEngine extends WorkerEngine {
  /** The models of what it holds, in the order they came. */
  held(): readonly Recipe["model"][];
  /** Lets all that it holds go on. */
  letGo(): void;
  /** Lets everything go on, whatever comes. */
  open(): void;
}

export function createGatedEngine(models: readonly ModelInfo[]): GatedEngine {
  const plain = createPlainEngine({ stepMs: 0 });
  const held = new Map<() => void, Recipe["model"]>();
  let isOpen = false;
  const letGo = (): void => {
    for (const go of held.keys()) go();
    held.clear();
  };
  return {
    device: plain.device,
    problems: [],
    describeModels: async () => models,
    close: plain.close,
    get warmModelHash() {
      return plain.warmModelHash;
    },
    held: () => [...held.values()],
    letGo,
    open() {
      isOpen = true;
      letGo();
    },
    async generate(request) {
      const { signal, recipe } = request;
      await new Promise<void>((go, stop) => {
        const cancelled = new MezzotintError("CANCELLED", "stopped at the gate");
        if (signal.aborted) return stop(cancelled);
        if (isOpen) return go();
        held.set(go, recipe.model);
        signal.addEventListener("abort", () => {
          held.delete(go);
          stop(cancelled);
        });
      });
      return plain.generate(request);
    },
  };
}
