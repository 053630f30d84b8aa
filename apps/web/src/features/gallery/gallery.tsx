"use client";

import { buttonClasses } from "@mezzotint/ui/button-classes";
import { Button } from "@mezzotint/ui/button";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import type { ReactNode } from "react";
import { messageOf } from "#client/error-reason.ts";
import { LoadMore } from "#client/load-more.tsx";
import { GalleryHead } from "./gallery-head.tsx";
import { galleryAddress, parseGalleryView, type GalleryView } from "./gallery-view.ts";
import { PrintWall, PrintWallSkeleton } from "./print-wall.tsx";
import { useGallery } from "./use-gallery.ts";

export function Gallery({ isSignedIn }: { readonly isSignedIn: boolean }) {
  const view = parseGalleryView(new URLSearchParams(useSearchParams()), isSignedIn);
  // Without a request to the server: the pictures come over tRPC, and the page stays where it is.
  const show = (next: GalleryView): void => window.history.replaceState(null, "", galleryAddress(next));
  return (
    <div className="page py-8">
      <GalleryHead view={view} isSignedIn={isSignedIn} onChange={show} />
      <GalleryBody view={view} isSignedIn={isSignedIn} onChange={show} />
    </div>
  );
}

export interface GalleryPartProps {
  readonly view: GalleryView;
  readonly isSignedIn: boolean;
  readonly onChange: (view: GalleryView) => void;
}

function GalleryBody({ view, isSignedIn, onChange }: GalleryPartProps) {
  const gallery = useGallery(view);
  if (gallery.isPending) return <PrintWallSkeleton />;
  if (gallery.isError) {
    return (
      <EmptyWall title="The pictures did not come" text={messageOf(gallery.error)}>
        <Button onClick={() => void gallery.refetch()}>Try again</Button>
      </EmptyWall>
    );
  }
  if (gallery.images.length === 0) return <NoPictures view={view} isSignedIn={isSignedIn} onChange={onChange} />;
  return (
    <div className={gallery.isPlaceholderData ? "opacity-60 transition-opacity duration-200" : undefined}>
      <PrintWall images={gallery.images} />
      <LoadMore
        hasMore={gallery.hasNextPage}
        isLoading={gallery.isFetchingNextPage}
        onLoad={() => void gallery.fetchNextPage()}
      />
    </div>
  );
}

function NoPictures({ view, isSignedIn, onChange }: GalleryPartProps) {
  if (view.search !== "") {
    return (
      <EmptyWall title="Nothing found" text={`No prompt here contains “${view.search}”. Search for fewer words.`}>
        <Button onClick={() => onChange({ ...view, search: "" })}>Show all pictures</Button>
      </EmptyWall>
    );
  }
  const text =
    view.scope === "team"
      ? "Pictures your team generates hang here, newest first."
      : "Nobody has shared a picture yet. A picture becomes public with the switch on its page.";
  return (
    <EmptyWall title="An empty wall" text={text}>
      <Link href={isSignedIn ? "/generate" : "/sign-up"} className={buttonClasses({ variant: "primary" })}>
        {isSignedIn ? "Generate the first one" : "Create an account"}
      </Link>
    </EmptyWall>
  );
}

interface EmptyWallProps {
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}

function EmptyWall({ title, text, children }: EmptyWallProps) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-xl border border-dashed border-line px-6 py-20 text-center">
      <h2 className="font-title text-2xl">{title}</h2>
      <p className="max-w-md text-ink-soft">{text}</p>
      <div className="mt-4">{children}</div>
    </div>
  );
}
