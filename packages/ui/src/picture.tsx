"use client";

import { useEffect, useState, type ComponentProps } from "react";
import { classNames } from "./class-names.ts";

export interface PictureProps extends Omit<ComponentProps<"img">, "src" | "alt" | "width" | "height" | "onError"> {
  readonly src: string;
  /** What it shows: the prompt. */
  readonly alt: string;
  readonly width: number;
  readonly height: number;
}

const RETRIES_AFTER_MS = [1_000, 4_000, 15_000, 60_000];

/**
 * A print. It fills the width it is given and holds its height before it has loaded. Small pictures are enlarged
 * smoothly: side by side at four and eight times, smooth edges read as drawing and square pixels as damage.
 */
export function Picture({ src, alt, width, height, className, style, ...props }: PictureProps) {
  const { tries, fail } = useRetries();
  return (
    <img
      key={tries}
      decoding="async"
      draggable={false}
      {...props}
      src={src}
      alt={alt}
      width={width}
      height={height}
      onError={fail}
      style={{ aspectRatio: `${width} / ${height}`, ...style }}
      className={classNames("block h-auto w-full rounded-[3px] bg-mat object-cover", className)}
    />
  );
}

/** A file that did not come is asked for again, at growing distances and when the browser is back online. */
function useRetries(): { readonly tries: number; fail(): void } {
  const [failures, setFailures] = useState(0);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (failures <= tries) return;
    const retry = (): void => setTries(failures);
    const afterMs = RETRIES_AFTER_MS[failures - 1];
    const timer = afterMs === undefined ? undefined : setTimeout(retry, afterMs);
    window.addEventListener("online", retry);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("online", retry);
    };
  }, [failures, tries]);
  return { tries, fail: () => setFailures(tries + 1) };
}
