"use client";

import type { ModelInfo } from "@mezzotint/contracts/model";
import { Grain } from "./grain.tsx";

export interface EmptyFeedProps {
  readonly model: ModelInfo | null;
  readonly onExample: (prompt: string) => void;
}

/** Before the first picture: what to do, and prompts this model is good at. */
export function EmptyFeed({ model, onExample }: EmptyFeedProps) {
  return (
    <div className="flex flex-col items-start gap-6 sm:flex-row sm:items-center sm:gap-10">
      <div
        aria-hidden
        className="relative aspect-square w-full max-w-56 shrink-0 overflow-hidden rounded-[3px] shadow-print"
      >
        <Grain seed="an empty plate" opacity={1} />
      </div>
      <div className="flex flex-col gap-3">
        <h2 className="font-title text-3xl tracking-tight">The plate is ready</h2>
        <p className="max-w-md text-ink-soft">
          {model === null
            ? "No worker has announced a model yet, so nothing can be drawn. Once one runs, its models appear here by themselves."
            : "Write what the picture should show, then press Generate. You can watch it come out of the grain."}
        </p>
        {model !== null && model.examples.length > 0 && (
          <div className="flex flex-wrap gap-2">
            {model.examples.map((example) => (
              <button
                key={example}
                type="button"
                onClick={() => onExample(example)}
                className="cursor-pointer rounded-full border border-line bg-surface px-3.5 py-1.5 text-sm text-ink-soft transition-colors duration-150 hover:border-line-strong hover:text-ink"
              >
                {example}
              </button>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
