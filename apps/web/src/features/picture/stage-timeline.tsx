"use client";

import type { ImageDetailView, ImageStageView } from "@mezzotint/contracts/generation";
import { Button } from "@mezzotint/ui/button";
import { Icon } from "@mezzotint/ui/icon";
import type { ReactNode } from "react";
import { duration } from "#client/duration.ts";
import { stageTitle } from "#client/stage-title.ts";
import { stageRequest } from "./draw-again.ts";
import { useDrawAgain } from "./use-draw-again.ts";

/** The way of a cascade, stage by stage: what each made, at which size, with which seed, and how long it took. */
export function StageTimeline({ picture }: { readonly picture: ImageDetailView }) {
  const { isAsking, ask } = useDrawAgain();
  const { stages } = picture;
  if (stages.length === 0) return null;
  const last = stages.at(-1)?.index ?? 0;
  return (
    <section aria-labelledby="stages-title" className="w-full">
      <h2 id="stages-title" className="mb-3 font-title text-xl">
        Stages
      </h2>
      <ol className="flex gap-4 overflow-x-auto pb-2">
        {stages.map((stage) => (
          <StageCard key={stage.index} stage={stage} count={last + 1}>
            {stages.some(({ index }) => index === stage.index - 1) && (
              <Button
                variant="ghost"
                size="small"
                className="mt-1 -ml-2 px-2"
                disabled={isAsking}
                onClick={() => ask(stageRequest(picture, stage.index))}
              >
                <Icon name="again" />
                {stage.index === last ? "Run this stage anew" : "Run anew from here"}
              </Button>
            )}
          </StageCard>
        ))}
      </ol>
    </section>
  );
}

interface StageCardProps {
  readonly stage: ImageStageView;
  readonly count: number;
  readonly children: ReactNode;
}

function StageCard({ stage, count, children }: StageCardProps) {
  const label = `Stage ${stage.index + 1} of ${count}`;
  return (
    <li className="w-52 shrink-0 rounded-lg border border-line bg-surface p-3">
      <img
        src={stage.url}
        alt={`What stage ${stage.index + 1} made`}
        width={stage.width}
        height={stage.height}
        loading="lazy"
        style={{ aspectRatio: `${stage.width} / ${stage.height}` }}
        className="w-full rounded-[3px] bg-mat object-contain"
      />
      <h3 className="mt-2 text-sm font-medium">{stageTitle(stage.name)}</h3>
      <p className="text-xs text-ink-quiet tabular-nums">{label}</p>
      <dl className="mt-1 text-xs text-ink-soft tabular-nums">
        <Line term="Size">
          {stage.width} × {stage.height}
        </Line>
        <Line term="Seed">{stage.seed}</Line>
        {stage.elapsedMs !== null && <Line term="Time">{duration(stage.elapsedMs / 1_000)}</Line>}
      </dl>
      {children}
    </li>
  );
}

function Line({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div className="flex justify-between gap-2">
      <dt className="text-ink-quiet">{term}</dt>
      <dd className="truncate">{children}</dd>
    </div>
  );
}
