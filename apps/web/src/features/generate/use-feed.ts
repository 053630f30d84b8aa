"use client";

import type { WatchMessage } from "@mezzotint/api/watch";
import type { GenerationView } from "@mezzotint/contracts/generation";
import { skipToken, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useEffect, useReducer } from "react";
import { reasonOf } from "#client/error-reason.ts";
import { leaveForSignIn, useTRPC } from "#client/trpc.tsx";
import { usePageVisible } from "#client/use-page-visible.ts";
import { FEED_PAGE_SIZE } from "./feed-page-size.ts";
import { hear, mergeFeed, SILENT_FEED, type Sketch } from "./feed-state.ts";

export interface Feed {
  readonly generations: readonly GenerationView[];
  readonly sketches: ReadonlyMap<string, Sketch>;
  readonly announcement: string;
  readonly isPending: boolean;
  readonly isReconnecting: boolean;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  loadMore(): void;
  /** Takes in a row this page got as an answer, ahead of the news about it. */
  put(generation: GenerationView): void;
}

/** One's generations: pages of rows, kept current by the watch. */
export function useFeed(): Feed {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [live, dispatch] = useReducer(hear, SILENT_FEED);
  const list = useInfiniteQuery(
    trpc.generation.list.infiniteQueryOptions(
      { limit: FEED_PAGE_SIZE },
      { getNextPageParam: (page) => page.nextCursor },
    ),
  );

  // A second snapshot means the line was down: rows further back may have moved meanwhile.
  const { snapshots } = live;
  useEffect(() => {
    if (snapshots > 1) void queryClient.invalidateQueries({ queryKey: trpc.generation.list.pathKey() });
  }, [snapshots, queryClient, trpc]);

  function take(message: WatchMessage): void {
    dispatch(message);
    if (message.type === "generation" && message.generation.status === "succeeded") {
      void queryClient.invalidateQueries({ queryKey: trpc.image.list.pathKey() });
    }
  }

  // Browsers open few lines to one host over plain HTTP; tabs nobody looks at leave theirs to the others.
  const isLookedAt = usePageVisible();
  const line = useSubscription(
    trpc.generation.watch.subscriptionOptions(isLookedAt ? undefined : skipToken, {
      onData: take,
      onError(error) {
        if (reasonOf(error) === "UNAUTHENTICATED") leaveForSignIn();
      },
    }),
  );

  return {
    generations: mergeFeed(list.data?.pages.flatMap((page) => page.generations) ?? [], live),
    sketches: live.sketches,
    announcement: live.announcement,
    isPending: list.isPending && live.rows.size === 0,
    isReconnecting: line.status === "error" || (line.status === "connecting" && live.rows.size > 0),
    hasMore: list.hasNextPage,
    isLoadingMore: list.isFetchingNextPage,
    loadMore: () => void list.fetchNextPage(),
    put: (generation) => take({ type: "generation", generation }),
  };
}
