"use client";

import { buttonClasses } from "@mezzotint/ui/button-classes";
import Link from "next/link";
import { LoadMore } from "#client/load-more.tsx";
import { Hero } from "./hero.tsx";
import { PrintWall } from "./print-wall.tsx";
import { useGallery } from "./use-gallery.ts";

const HERO_PICTURES = 6;

/** The home page of strangers: the hero, and what people have shared. */
export function PublicWall() {
  const gallery = useGallery({ scope: "public", search: "" });
  const { images } = gallery;
  return (
    <>
      <Hero urls={images.slice(0, HERO_PICTURES).map(({ url }) => url)} />
      {images.length > 0 && (
        <section aria-labelledby="public-title" className="page pb-16">
          <div className="mb-6 flex items-baseline justify-between gap-4">
            <h2 id="public-title" className="font-title text-3xl tracking-tight">
              Fresh prints
            </h2>
            <Link href="/gallery?scope=public" className={buttonClasses({ variant: "ghost", size: "small" })}>
              Search them
            </Link>
          </div>
          <PrintWall images={images} />
          <LoadMore
            hasMore={gallery.hasNextPage}
            isLoading={gallery.isFetchingNextPage}
            onLoad={() => void gallery.fetchNextPage()}
          />
        </section>
      )}
    </>
  );
}
