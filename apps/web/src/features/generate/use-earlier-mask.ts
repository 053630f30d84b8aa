"use client";

import { useEffect, useState } from "react";
import { readMask, type MaskSize } from "./mask-canvas.ts";

export interface EarlierMask {
  /** Paint on nothing; null until it is read, and where there was none. */
  readonly paint: HTMLCanvasElement | null;
  /** Why it could not be shown; null when it could. */
  readonly complaint: string | null;
}

/** The mask as it was when the painter opened. */
export function useEarlierMask(url: string | null, { width, height }: MaskSize): EarlierMask {
  const [mask, setMask] = useState<EarlierMask>({ paint: null, complaint: null });
  useEffect(() => {
    let isCurrent = true;
    if (url === null) return;
    readMask(url, { width, height }).then(
      (paint) => isCurrent && setMask({ paint, complaint: null }),
      () =>
        isCurrent && setMask({ paint: null, complaint: "The earlier mask could not be read; this one starts empty." }),
    );
    return () => {
      isCurrent = false;
    };
  }, [url, width, height]);
  return mask;
}
