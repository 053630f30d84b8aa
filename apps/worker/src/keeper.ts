import { toMezzotintError } from "@mezzotint/contracts/errors";
import { saveCheckpoint } from "@mezzotint/services/generation/save-checkpoint";
import type { ImageState } from "./handlers/engine.ts";
import type { HandlerInput } from "./handlers/handler.ts";

/** Saves where the pictures of an attempt stand, one save after the other; of a picture only the latest counts. */
export interface Keeper {
  push(states: readonly ImageState[]): void;
  /** Resolves when what matters is saved: all of it for an attempt that is handed back, else what is on its way. */
  close(): Promise<void>;
}

/** A checkpoint that cannot be saved is not worth failing a picture for; it goes to the log. */
export function createKeeper({
  ctx,
  claim,
  stopReason,
  log,
}: Pick<HandlerInput<"generate">, "ctx" | "claim" | "stopReason" | "log">): Keeper {
  const waiting = new Map<number, Uint8Array>();
  let saving: Promise<void> | null = null;
  let closed = false;

  async function saveAll(): Promise<void> {
    while (waiting.size > 0 && (!closed || stopReason() === "drain")) {
      const states = [...waiting].map(([image, content]) => ({ image, content }));
      waiting.clear();
      try {
        await saveCheckpoint({ ctx, input: { ...claim, states } });
      } catch (error) {
        log("checkpoint-not-saved", { ...claim, message: toMezzotintError(error).message });
      }
    }
    saving = null;
  }

  return {
    push(states) {
      for (const { image, content } of states) waiting.set(image, content);
      if (stopReason() === null || stopReason() === "drain") saving ??= saveAll();
    },
    async close() {
      closed = true;
      await saving;
    },
  };
}
