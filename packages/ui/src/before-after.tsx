"use client";

import { useState, type CSSProperties } from "react";
import { Picture } from "./picture.tsx";

const MIDDLE = 50;

export interface BeforeAfterProps {
  readonly before: { readonly src: string; readonly alt: string };
  readonly after: { readonly src: string; readonly alt: string; readonly width: number; readonly height: number };
  /** What stands in the lower corners. */
  readonly names?: { readonly before: string; readonly after: string };
  /** What the line decides, for instance "How much of the source is shown". */
  readonly label: string;
  /** What a percent of it is, for instance "source". */
  readonly unit: string;
  /** The widest it becomes, in pixels. */
  readonly width: number;
  /** Laid on both pictures alike, for instance an enlargement. */
  readonly pictureStyle?: CSSProperties;
}

/** One picture on the left of a line, another on the right; the line is dragged, or moved with the arrows. */
export function BeforeAfter({ before, after, names, label, unit, width, pictureStyle }: BeforeAfterProps) {
  const [percent, setPercent] = useState(MIDDLE);
  const corners = names ?? { before: "Before", after: "After" };
  return (
    <div className="group relative w-full overflow-hidden rounded-[3px] shadow-print" style={{ maxWidth: width }}>
      <Picture src={after.src} alt={after.alt} width={after.width} height={after.height} style={pictureStyle} />
      <div className="absolute inset-0" style={{ clipPath: `inset(0 ${100 - percent}% 0 0)` }}>
        {/* Squeezed to the other one's size, as the engine sees a source. */}
        <img src={before.src} alt={before.alt} draggable={false} className="size-full bg-mat" style={pictureStyle} />
      </div>
      <div
        aria-hidden
        style={{ left: `${percent}%` }}
        className="pointer-events-none absolute inset-y-0 w-0.5 -translate-x-1/2 bg-copper group-has-focus-visible:outline-2 group-has-focus-visible:outline-copper"
      >
        <span className="absolute top-1/2 left-1/2 size-7 -translate-1/2 rounded-full border-2 border-copper bg-raised" />
      </div>
      <Corner className="left-2">{corners.before}</Corner>
      <Corner className="right-2">{corners.after}</Corner>
      <input
        type="range"
        min={0}
        max={100}
        value={percent}
        aria-label={label}
        aria-valuetext={`${percent} percent ${unit}`}
        onChange={(event) => setPercent(event.target.valueAsNumber)}
        className="absolute inset-0 size-full cursor-ew-resize touch-pan-y opacity-0"
      />
    </div>
  );
}

function Corner({ className, children }: { readonly className: string; readonly children: string }) {
  return (
    <span
      aria-hidden
      className={`absolute bottom-2 max-w-[45%] truncate rounded-full bg-black/60 px-2 py-0.5 text-xs text-white ${className}`}
    >
      {children}
    </span>
  );
}
