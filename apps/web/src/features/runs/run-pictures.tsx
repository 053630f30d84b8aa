"use client";

import { Button } from "@mezzotint/ui/button";
import { Picture } from "@mezzotint/ui/picture";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { useTRPC } from "#client/trpc.tsx";

const PROMPTS_AT_ONCE = 24;

/** The pictures of a run by prompt. */
export function RunPictures(props: { readonly runId: string; readonly done: number; readonly total: number }) {
  const { runId, done, total } = props;
  const trpc = useTRPC();
  const [promptFirst, setPromptFirst] = useState(0);
  const input = { runIds: [runId], promptFirst, promptCount: PROMPTS_AT_ONCE };
  const options = trpc.run.pictures.queryOptions(input);
  // New pictures come while a run is being drawn.
  const { data } = useQuery({
    ...options,
    placeholderData: keepPreviousData,
    refetchInterval: done < total ? 3_000 : false,
  });
  if (data === undefined || data.pictures.length === 0) return null;
  return (
    <section aria-label="Pictures" className="mt-8">
      <h2 className="font-title text-xl">Pictures</h2>
      <div className="mt-3 print-grid [--print-width:8rem] print:[--print-width:6rem]">
        {data.pictures.map((picture) => (
          <figure key={picture.imageId} className="break-inside-avoid">
            <Link href={`/images/${picture.imageId}`} className="block rounded-[3px]">
              <Picture
                src={picture.url}
                alt={picture.prompt}
                width={picture.width}
                height={picture.height}
                loading="lazy"
              />
            </Link>
            <figcaption className="mt-1 truncate text-xs text-ink-quiet">
              {picture.prompt} · {picture.seed}
            </figcaption>
          </figure>
        ))}
      </div>
      <div className="mt-4 flex gap-2 print:hidden">
        {promptFirst > 0 && (
          <Button size="small" onClick={() => setPromptFirst(Math.max(0, promptFirst - PROMPTS_AT_ONCE))}>
            Prompts before
          </Button>
        )}
        {data.nextPrompt !== null && (
          <Button size="small" onClick={() => setPromptFirst(data.nextPrompt ?? 0)}>
            More prompts
          </Button>
        )}
      </div>
    </section>
  );
}
