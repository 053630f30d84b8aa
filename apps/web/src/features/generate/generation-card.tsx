"use client";

import type { GenerationView } from "@mezzotint/contracts/generation";
import { ProgressBar } from "@mezzotint/ui/progress-bar";
import { Moment } from "#client/moment.tsx";
import { CardActions, type CardHandlers } from "./card-actions.tsx";
import { clarityOf, isUnfinished, type Sketch } from "./feed-state.ts";
import { Plate } from "./plate.tsx";
import { statusLine } from "./status-line.ts";

export interface GenerationCardProps extends CardHandlers {
  readonly generation: GenerationView;
  readonly sketch: Sketch | undefined;
  readonly onOpen: () => void;
}

/** One request: its plates, what it says about itself, and what can be done with it. */
export function GenerationCard({ generation, sketch, onOpen, ...handlers }: GenerationCardProps) {
  const { recipe, status, count } = generation;
  const progress = sketch ?? generation.progress;
  const line = statusLine(generation, progress);
  return (
    <article aria-label={recipe.prompt} className="flex flex-col gap-3">
      <Plates generation={generation} sketch={sketch} onOpen={onOpen} />
      {status === "running" && (
        <ProgressBar
          label={`Progress of ${recipe.prompt}`}
          value={progress?.step ?? null}
          max={progress?.steps ?? recipe.steps * count}
        />
      )}
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <div className="min-w-0 flex-1 basis-56">
          <h3 className="line-clamp-2 font-title text-lg leading-snug">{recipe.prompt}</h3>
          <p className="mt-0.5 text-sm text-ink-quiet tabular-nums">
            {line === null ? <Moment at={generation.createdAt} /> : line}
          </p>
          {status === "failed" && (
            <p className="mt-2 rounded-control bg-danger-wash px-3 py-2 text-sm text-danger">
              {generation.error?.message ?? "It failed without a reason."}
            </p>
          )}
        </div>
        <CardActions generation={generation} {...handlers} />
      </div>
    </article>
  );
}

function Plates({ generation, sketch, onOpen }: Pick<GenerationCardProps, "generation" | "sketch" | "onOpen">) {
  const { count, images, recipe, status } = generation;
  const places = Array.from({ length: count }, (_, index) => index).filter(
    (index) => isUnfinished(status) || images.some((image) => image.index === index),
  );
  if (places.length === 0) return null;
  return (
    <div className={count === 1 ? "w-full max-w-80" : "print-grid sm:[--print-width:12rem] [--print-width:8.5rem]"}>
      {places.map((index) => (
        <Plate
          key={index}
          seed={`${generation.id} ${index}`}
          width={recipe.width}
          height={recipe.height}
          image={images.find((image) => image.index === index) ?? null}
          preview={sketch?.previews[index] ?? null}
          clarity={clarityOf(sketch, index, count)}
          onOpen={onOpen}
        />
      ))}
    </div>
  );
}
