"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTRPC } from "#client/trpc.tsx";
import { galleryInput, type GalleryView } from "./gallery-view.ts";

export function useGallery(view: GalleryView) {
  const trpc = useTRPC();
  const query = useInfiniteQuery(
    trpc.image.list.infiniteQueryOptions(galleryInput(view), {
      getNextPageParam: (page) => page.nextCursor,
      placeholderData: keepPreviousData,
    }),
  );
  const images = query.data?.pages.flatMap((page) => page.images) ?? [];
  return { ...query, images };
}
