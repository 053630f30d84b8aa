"use client";

import type { ImageDetailView, Visibility } from "@mezzotint/contracts/generation";
import { toasts } from "@mezzotint/ui/toast";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { messageOf } from "#client/error-reason.ts";
import { offerReturn } from "#client/offer-return.ts";
import { useTRPC } from "#client/trpc.tsx";

export interface PictureModel {
  readonly picture: ImageDetailView;
  readonly isChanging: boolean;
  setVisibility(visibility: Visibility): void;
  remove(): void;
}

/** One picture and what its owner may do to it. */
export function usePicture(imageId: string): PictureModel {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { data: picture } = useSuspenseQuery(trpc.image.get.queryOptions({ imageId }));
  const key = trpc.image.get.queryKey({ imageId });
  const forgetLists = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: trpc.image.list.pathKey() }),
      queryClient.invalidateQueries({ queryKey: trpc.generation.list.pathKey() }),
    ]);

  const visibility = useMutation(
    trpc.image.setVisibility.mutationOptions({
      onSuccess(image) {
        queryClient.setQueryData(key, (before) => (before === undefined ? before : { ...before, ...image }));
        void forgetLists();
      },
      onError: (error) => refuse("Not changed", error),
    }),
  );
  const restoration = useMutation(
    trpc.image.restore.mutationOptions({
      onSuccess: forgetLists,
      onError: (error) => refuse("Not brought back", error),
    }),
  );
  const removal = useMutation(
    trpc.image.remove.mutationOptions({
      async onSuccess() {
        offerReturn("Picture removed", () => restoration.mutate({ imageId }));
        await forgetLists();
        router.push("/gallery");
      },
      onError: (error) => refuse("Not removed", error),
    }),
  );

  return {
    picture,
    isChanging: visibility.isPending || removal.isPending,
    setVisibility: (next) => visibility.mutate({ imageId, visibility: next }),
    remove: () => removal.mutate({ imageId }),
  };
}

function refuse(title: string, error: unknown): void {
  toasts.add({ type: "error", title, description: messageOf(error) });
}
