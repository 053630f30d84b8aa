"use client";

import type { ImageDetailView } from "@mezzotint/contracts/generation";
import { BeforeAfter } from "@mezzotint/ui/before-after";
import { Picture } from "@mezzotint/ui/picture";
import { SegmentedControl } from "@mezzotint/ui/segmented-control";
import { useState } from "react";

const WIDTH_MAX = 512;

/** The picture, or the picture beside what it started from. */
export function PictureFrame({ picture }: { readonly picture: ImageDetailView }) {
  const [compares, setCompares] = useState(false);
  const { source } = picture;
  const width = displayWidth(picture);
  return (
    <>
      {compares && source !== null ? (
        <BeforeAfter
          key={picture.id}
          before={{ src: source.url, alt: "What it started from" }}
          after={{ src: picture.url, alt: picture.prompt, width: picture.width, height: picture.height }}
          label="How much of the source is shown"
          unit="source"
          width={width}
        />
      ) : (
        <Picture
          key={picture.id}
          src={picture.url}
          alt={picture.prompt}
          width={picture.width}
          height={picture.height}
          fetchPriority="high"
          className="animate-appear shadow-print"
          style={{ maxWidth: width }}
        />
      )}
      {source !== null && (
        <SegmentedControl
          label="View"
          segments={[
            { value: "picture", label: "Picture" },
            { value: "compare", label: "Before and after" },
          ]}
          value={compares ? "compare" : "picture"}
          onValueChange={(view) => setCompares(view === "compare")}
          className="w-72 whitespace-nowrap"
        />
      )}
    </>
  );
}

/** The largest whole multiple of a small picture that still fits a desk; large ones as they are. */
function displayWidth({ width }: { readonly width: number }): number {
  return Math.max(1, Math.floor(WIDTH_MAX / width)) * Math.min(width, WIDTH_MAX);
}
