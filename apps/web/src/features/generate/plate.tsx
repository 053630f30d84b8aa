"use client";

import type { ImageView } from "@mezzotint/contracts/generation";
import { Icon } from "@mezzotint/ui/icon";
import { Picture } from "@mezzotint/ui/picture";
import Link from "next/link";
import { useState } from "react";
import { Grain } from "./grain.tsx";

export interface PlateProps {
  readonly seed: string;
  readonly width: number;
  readonly height: number;
  readonly image: ImageView | null;
  readonly preview: string | null;
  /** How far the picture is, from 0 to 1. */
  readonly clarity: number;
  readonly onOpen: () => void;
  readonly onStartFrom: (image: ImageView) => void;
}

/** One picture from bare grain to print. It keeps its place from the first moment, so nothing on the page moves. */
export function Plate({ seed, width, height, image, preview, clarity, onOpen, onStartFrom }: PlateProps) {
  const [wasPlate] = useState(image === null);
  const [isLoaded, setLoaded] = useState(false);
  const isCovered = image === null || (wasPlate && !isLoaded);
  return (
    <div
      style={{ aspectRatio: `${width} / ${height}` }}
      className="group relative overflow-hidden rounded-[3px] bg-mat shadow-print"
    >
      {wasPlate && preview !== null && (
        <img
          src={preview}
          alt=""
          className="absolute inset-0 size-full object-cover transition-opacity duration-500"
          style={{ opacity: isCovered ? 1 : 0 }}
        />
      )}
      {wasPlate && <Grain seed={seed} opacity={isCovered ? grainOpacity(clarity, preview !== null) : 0} />}
      {image !== null && (
        <Link
          href={`/images/${image.id}`}
          prefetch={false}
          onClick={onOpen}
          className="absolute inset-0 rounded-[3px] focus-visible:-outline-offset-2"
        >
          <Picture
            src={image.url}
            alt={image.prompt}
            width={image.width}
            height={image.height}
            loading={wasPlate ? "eager" : "lazy"}
            onLoad={() => setLoaded(true)}
            className={
              wasPlate ? "animate-appear bg-transparent" : "transition-transform duration-300 hover:scale-[1.02]"
            }
          />
        </Link>
      )}
      {image !== null && (
        <button
          type="button"
          onClick={() => onStartFrom(image)}
          aria-label="Use as source"
          title="Use as source"
          className="absolute right-2 bottom-2 flex size-9 cursor-pointer items-center justify-center rounded-full bg-black/60 text-white opacity-0 transition-opacity duration-150 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:hidden"
        >
          <Icon name="add-picture" />
        </button>
      )}
    </div>
  );
}

/** Grain gives way as the picture clears; without a preview it only thins a little, or the plate would look empty. */
function grainOpacity(clarity: number, hasPreview: boolean): number {
  return hasPreview ? Math.max(0, 0.9 * (1 - clarity) ** 1.3) : 1 - 0.35 * clarity;
}
