"use client";

import type { ImageDetailView } from "@mezzotint/contracts/generation";
import { useRouter } from "next/navigation";
import { useEffect, useSyncExternalStore } from "react";
import { neighboursOf, readTrail, type Neighbours } from "#client/trail.ts";

const subscribeToNothing = (): (() => void) => () => undefined;

/** The pictures before and after this one, which the arrow keys lead to. */
export function useNeighbours(picture: ImageDetailView): Neighbours {
  const router = useRouter();
  const trail = useSyncExternalStore(subscribeToNothing, readTrail, () => "");
  const family = [picture, ...picture.siblings].toSorted((a, b) => a.index - b.index).map(({ id }) => id);
  const { previous, next } = neighboursOf(picture.id, trail, family);
  useEffect(() => {
    function walk(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      const target = event.key === "ArrowLeft" ? previous : event.key === "ArrowRight" ? next : null;
      if (target !== null) router.replace(`/images/${target}`);
    }
    window.addEventListener("keydown", walk);
    return () => window.removeEventListener("keydown", walk);
  }, [previous, next, router]);
  return { previous, next };
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [role=radiogroup], dialog") !== null;
}
