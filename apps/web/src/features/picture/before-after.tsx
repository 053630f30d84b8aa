"use client";

import type { ImageDetailView } from "@mezzotint/contracts/generation";
import type { SourceView } from "@mezzotint/contracts/source";
import { Picture } from "@mezzotint/ui/picture";
import { useState } from "react";

const MIDDLE = 50;

export interface BeforeAfterProps {
  readonly picture: ImageDetailView;
  readonly source: SourceView;
  readonly width: number;
}

/** The source on the left of a line, what was made of it on the right; the line is dragged, or moved with the arrows. */
export function BeforeAfter({ picture, source, width }: BeforeAfterProps) {
  const [percent, setPercent] = useState(MIDDLE);
  return (
    <div className="group relative w-full overflow-hidden rounded-[3px] shadow-print" style={{ maxWidth: width }}>
      <Picture src={picture.url} alt={picture.prompt} width={picture.width} height={picture.height} />
      {/* Squeezed to the picture's size, as the engine saw it. */}
      <img
        src={source.url}
        alt="What it started from"
        draggable={false}
        className="absolute inset-0 size-full bg-mat"
        style={{ clipPath: `inset(0 ${100 - percent}% 0 0)` }}
      />
      <div
        aria-hidden
        style={{ left: `${percent}%` }}
        className="pointer-events-none absolute inset-y-0 w-0.5 -translate-x-1/2 bg-copper group-has-focus-visible:outline-2 group-has-focus-visible:outline-copper"
      >
        <span className="absolute top-1/2 left-1/2 size-7 -translate-1/2 rounded-full border-2 border-copper bg-raised" />
      </div>
      <span aria-hidden className="absolute bottom-2 left-2 rounded-full bg-black/60 px-2 py-0.5 text-xs text-white">
        Before
      </span>
      <span aria-hidden className="absolute right-2 bottom-2 rounded-full bg-black/60 px-2 py-0.5 text-xs text-white">
        After
      </span>
      <input
        type="range"
        min={0}
        max={100}
        value={percent}
        aria-label="How much of the source is shown"
        aria-valuetext={`${percent} percent source`}
        onChange={(event) => setPercent(event.target.valueAsNumber)}
        className="absolute inset-0 size-full cursor-ew-resize touch-pan-y opacity-0"
      />
    </div>
  );
}
