"use client";

import type { GenerationView } from "@mezzotint/contracts/generation";
import { Button } from "@mezzotint/ui/button";
import { Icon } from "@mezzotint/ui/icon";
import { isUnfinished } from "./feed-state.ts";

export interface CardHandlers {
  readonly onReuse: (generation: GenerationView) => void;
  readonly onCancel: (generation: GenerationView) => void;
  readonly onAgain: (generation: GenerationView) => void;
}

export interface CardActionsProps extends CardHandlers {
  readonly generation: GenerationView;
  /** Every request that is not finished, newest first. */
  readonly unfinished: readonly GenerationView[];
}

export function CardActions({ generation, onReuse, onCancel, onAgain, unfinished }: CardActionsProps) {
  const { status } = generation;
  // Once is enough, and on a card it moves nothing when it comes and goes.
  const standsForAll = unfinished.length > 1 && unfinished[0]?.id === generation.id;
  return (
    <div className="mt-1.5 -ml-3 flex flex-wrap gap-1">
      {isUnfinished(status) && (
        <Button variant="ghost" size="small" onClick={() => onCancel(generation)}>
          <Icon name="cancel" />
          Cancel
        </Button>
      )}
      {(status === "failed" || status === "cancelled") && (
        <Button variant="ghost" size="small" onClick={() => onAgain(generation)}>
          <Icon name="again" />
          Try again
        </Button>
      )}
      <Button variant="ghost" size="small" onClick={() => onReuse(generation)}>
        <Icon name="reuse" />
        Reuse settings
      </Button>
      {standsForAll && (
        <Button variant="ghost" size="small" onClick={() => unfinished.forEach(onCancel)}>
          <Icon name="cancel" />
          Cancel all {unfinished.length}
        </Button>
      )}
    </div>
  );
}
