"use client";

import type { ImageView } from "@mezzotint/contracts/generation";
import { Picture } from "@mezzotint/ui/picture";
import { Skeleton } from "@mezzotint/ui/skeleton";
import Link from "next/link";
import { leaveTrail } from "#client/trail.ts";

const ABOVE_THE_FOLD = 12;
const PLACES = Array.from({ length: 18 }, (_, index) => index);

/** Pictures side by side. Words come when one is pointed at or focused. */
export function PrintWall({ images }: { readonly images: readonly ImageView[] }) {
  return (
    <ul className="print-grid [--print-width:9.5rem] sm:gap-5 sm:[--print-width:13rem]">
      {images.map((image, index) => (
        <li key={image.id}>
          <Link
            href={`/images/${image.id}`}
            prefetch={false}
            onClick={() => leaveTrail(images.map(({ id }) => id))}
            className="group relative block overflow-hidden rounded-[3px] shadow-print transition-transform duration-200 ease-out-soft focus-visible:outline-offset-4 motion-safe:hover:-translate-y-0.5"
          >
            <Picture
              src={image.url}
              alt={image.prompt}
              width={image.width}
              height={image.height}
              loading={index < ABOVE_THE_FOLD ? "eager" : "lazy"}
            />
            <span
              aria-hidden
              className="absolute inset-x-0 bottom-0 flex flex-col gap-0.5 bg-linear-to-t from-black/80 via-black/55 to-transparent px-3 pt-10 pb-2.5 text-[#fbf3e8] opacity-0 transition-opacity duration-150 group-hover:opacity-100 group-focus-visible:opacity-100"
            >
              <span className="line-clamp-2 text-sm leading-snug">{image.prompt}</span>
              <span className="truncate text-xs opacity-75">
                {image.authorName} · {image.modelTitle}
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

export function PrintWallSkeleton() {
  return (
    <div className="print-grid [--print-width:9.5rem] sm:gap-5 sm:[--print-width:13rem]">
      {PLACES.map((place) => (
        <Skeleton key={place} className="aspect-square" />
      ))}
    </div>
  );
}
