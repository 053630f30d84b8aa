"use client";

import { Moment } from "#client/moment.tsx";
import { PictureActions } from "./picture-actions.tsx";
import { PictureFrame } from "./picture-frame.tsx";
import { PictureSteps } from "./picture-steps.tsx";
import { PromptTitle } from "./prompt-title.tsx";
import { RecipeSheet } from "./recipe-sheet.tsx";
import { Siblings } from "./siblings.tsx";
import { useNeighbours } from "./use-neighbours.ts";
import { StageTimeline } from "./stage-timeline.tsx";
import { StartSheet } from "./start-sheet.tsx";
import { usePicture } from "./use-picture.ts";

export function PicturePage({ imageId }: { readonly imageId: string }) {
  const model = usePicture(imageId);
  const { picture } = model;
  const neighbours = useNeighbours(picture);
  return (
    <div className="page grid gap-x-14 gap-y-8 py-6 lg:grid-cols-[minmax(0,1fr)_24rem] lg:py-10">
      <div className="flex min-w-0 flex-col items-center gap-5">
        <div className="relative flex w-full flex-col items-center justify-center gap-4 rounded-xl bg-surface p-4 sm:p-10 lg:min-h-[min(44rem,calc(100dvh-9rem))]">
          <PictureFrame picture={picture} />
          <PictureSteps neighbours={neighbours} />
        </div>
        <Siblings picture={picture} />
        <StageTimeline picture={picture} />
      </div>
      <div className="flex min-w-0 flex-col gap-6">
        <header className="flex flex-col gap-2">
          <PromptTitle key={picture.id} prompt={picture.prompt} />
          <p className="text-sm text-ink-quiet">
            {picture.authorName} · <Moment at={picture.createdAt} />
            {picture.visibility === "public" && " · public"}
          </p>
        </header>
        <PictureActions {...model} />
        <StartSheet picture={picture} />
        <RecipeSheet picture={picture} />
      </div>
    </div>
  );
}
