"use client";

import type { GenerationView, ImageView } from "@mezzotint/contracts/generation";
import { classNames } from "@mezzotint/ui/class-names";
import { Icon } from "@mezzotint/ui/icon";
import { ProgressBar } from "@mezzotint/ui/progress-bar";
import { Moment } from "#client/moment.tsx";
import { CardActions, type CardActionsProps } from "./card-actions.tsx";
import { clarityOf, isUnfinished, type Sketch } from "./feed-state.ts";
import { Plate } from "./plate.tsx";
import { statusLine, waitingReason } from "./status-line.ts";

export interface GenerationCardProps extends CardActionsProps {
  readonly sketch: Sketch | undefined;
  readonly onOpen: () => void;
  readonly onStartFrom: (image: ImageView) => void;
}

/** One request: its plates, what it says about itself, and what can be done with it. */
export function GenerationCard({ generation, sketch, onOpen, onStartFrom, ...handlers }: GenerationCardProps) {
  const { recipe, status, count } = generation;
  const progress = sketch ?? generation.progress;
  const line = statusLine(generation, progress);
  const reason = waitingReason(generation);
  return (
    <article
      aria-label={recipe.prompt}
      className={classNames("flex min-w-0 flex-col gap-3", cardSpan(placesOf(generation).length))}
    >
      <Plates generation={generation} sketch={sketch} onOpen={onOpen} onStartFrom={onStartFrom} />
      {status === "running" && (
        <ProgressBar
          label={`Progress of ${recipe.prompt}`}
          value={progress?.step ?? null}
          max={progress?.steps ?? recipe.steps * count}
        />
      )}
      <div>
        <h2 className="line-clamp-2 font-title text-lg leading-snug">{recipe.prompt}</h2>
        <p className="mt-0.5 text-sm text-ink-quiet tabular-nums">
          {line === null ? <Moment at={generation.createdAt} /> : line}
        </p>
        {reason !== null && <p className="mt-0.5 text-sm text-ink-quiet tabular-nums">{reason}</p>}
        {status === "failed" && (
          <p className="mt-2 rounded-control bg-danger-wash px-3 py-2 text-sm text-danger">
            {generation.error?.message ?? "It failed without a reason."}
          </p>
        )}
        <CardActions generation={generation} {...handlers} />
      </div>
    </article>
  );
}

type PlatesProps = Pick<GenerationCardProps, "generation" | "sketch" | "onOpen" | "onStartFrom">;

function Plates({ generation, sketch, onOpen, onStartFrom }: PlatesProps) {
  const { count, images, recipe } = generation;
  const places = placesOf(generation);
  if (places.length === 0) return <BarePlate status={generation.status} />;
  return (
    <div className={classNames("grid gap-4 sm:gap-6", plateColumns(places.length))}>
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
          onStartFrom={onStartFrom}
        />
      ))}
    </div>
  );
}

/** Where a picture would have been: it keeps the wall in order. On phones the words below are enough. */
function BarePlate({ status }: Pick<GenerationView, "status">) {
  return (
    <div className="hidden aspect-square items-center justify-center rounded-[3px] border border-dashed border-line sm:flex">
      <Icon name={status === "failed" ? "warning" : "no-picture"} className="size-8 text-line-strong" />
    </div>
  );
}

/** The pictures that are there or on their way, by index. */
function placesOf({ count, images, status }: GenerationView): number[] {
  return Array.from({ length: count }, (_, index) => index).filter(
    (index) => isUnfinished(status) || images.some((image) => image.index === index),
  );
}

/** Single pictures stand side by side; more of them take the width they need. */
function cardSpan(count: number): string {
  if (count <= 1) return "";
  return count === 2 ? "sm:col-span-2" : "col-span-full";
}

function plateColumns(count: number): string {
  if (count === 1) return "grid-cols-1";
  if (count === 2) return "grid-cols-2";
  return count === 3 ? "grid-cols-2 sm:grid-cols-3" : "grid-cols-2 sm:grid-cols-4";
}
