"use client";

import type { GenerationView, ImageView } from "@mezzotint/contracts/generation";
import { Skeleton } from "@mezzotint/ui/skeleton";
import { LoadMore } from "#client/load-more.tsx";
import { leaveTrail } from "#client/trail.ts";
import type { CardHandlers } from "./card-actions.tsx";
import { isUnfinished } from "./feed-state.ts";
import { GenerationCard } from "./generation-card.tsx";
import type { Feed } from "./use-feed.ts";

export interface FeedListProps extends CardHandlers {
  readonly feed: Feed;
  readonly onStartFrom: (image: ImageView) => void;
}

export function FeedList({ feed, ...handlers }: FeedListProps) {
  const unfinished = feed.generations.filter(({ status }) => isUnfinished(status));
  const openTrail = (): void => leaveTrail(imageIdsOf(feed.generations));
  return (
    <div className="grid grid-cols-1 items-start gap-x-6 gap-y-10 sm:grid-cols-2 xl:grid-cols-3">
      {feed.generations.map((generation) => (
        <GenerationCard
          key={generation.id}
          generation={generation}
          sketch={feed.sketches.get(generation.id)}
          unfinished={unfinished}
          onOpen={openTrail}
          {...handlers}
        />
      ))}
      <div className="col-span-full">
        <LoadMore hasMore={feed.hasMore} isLoading={feed.isLoadingMore} onLoad={feed.loadMore} />
      </div>
    </div>
  );
}

export function FeedSkeleton() {
  return (
    <div className="flex flex-col gap-3">
      <Skeleton className="aspect-square w-full max-w-80" />
      <Skeleton className="h-6 w-64" />
      <Skeleton className="h-4 w-32" />
    </div>
  );
}

function imageIdsOf(generations: readonly GenerationView[]): string[] {
  return generations.flatMap(({ images }) => images.toSorted((a, b) => a.index - b.index).map(({ id }) => id));
}
