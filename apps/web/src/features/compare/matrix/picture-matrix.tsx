"use client";

import type { ComparedRun } from "@mezzotint/contracts/comparison";
import { Button } from "@mezzotint/ui/button";
import { Picture } from "@mezzotint/ui/picture";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "#client/trpc.tsx";
import { RunSwatch } from "../charts/run-mark.tsx";
import { matrixInput, matrixRows, PROMPTS_AT_ONCE, type MatrixRow } from "./matrix-rows.ts";
import { PictureViewer } from "./picture-viewer.tsx";

const FIRST_COLUMN = "sticky left-0 z-10 w-28 bg-ground py-2 pr-3 text-left align-top text-sm font-normal sm:w-48";
/** Columns are of one width, so that pictures are of one size: between these, as the page allows. */
const HEAD_REM = 12;
const HEAD_REM_MIN = 7;
const PICTURE_REM_MAX = 12;
const PICTURE_REM_MIN = 6;

/** What every run made of every prompt with every seed, side by side. */
export function PictureMatrix({ runs }: { readonly runs: readonly ComparedRun[] }) {
  const trpc = useTRPC();
  const [promptFirst, setPromptFirst] = useState(0);
  const [open, setOpen] = useState<{ readonly row: number; readonly runId: string } | null>(null);
  const runIds = runs.map(({ id }) => id);
  const { data } = useQuery({
    ...trpc.run.pictures.queryOptions(matrixInput(runIds, promptFirst)),
    placeholderData: keepPreviousData,
  });
  if (data === undefined || (data.pictures.length === 0 && promptFirst === 0)) return null;
  const rows = matrixRows(data.pictures);
  return (
    <section aria-label="Pictures" className="mt-10 print:hidden">
      <h2 className="font-title text-xl">Pictures</h2>
      <p className="mt-1 text-sm text-ink-soft">
        A row is one prompt with one seed. Choose a picture to see its row large, with a slider and the difference.
      </p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it may have to be moved sideways */}
      <div role="region" aria-label="Pictures by prompt and run" tabIndex={0} className="mt-3 overflow-x-auto pb-2">
        <table
          className="table-fixed border-collapse"
          style={{
            width: `min(100%, ${HEAD_REM + runs.length * PICTURE_REM_MAX}rem)`,
            minWidth: `${HEAD_REM_MIN + runs.length * PICTURE_REM_MIN}rem`,
          }}
        >
          <caption className="sr-only">Pictures by prompt and seed, and by run</caption>
          <thead>
            <tr className="align-bottom">
              <th scope="col" className={FIRST_COLUMN}>
                <span className="text-ink-soft">Prompt</span>
              </th>
              {runs.map(({ id, name }, place) => (
                <th key={id} scope="col" className="py-2 pr-3 text-left text-sm font-normal">
                  <span className="flex items-center gap-1.5">
                    <RunSwatch place={place} />
                    <span className="truncate" title={name}>
                      {name}
                    </span>
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <MatrixLine key={row.id} row={row} runs={runs} onOpen={(runId) => setOpen({ row: index, runId })} />
            ))}
          </tbody>
        </table>
      </div>
      <div className="mt-3 flex gap-2">
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
      {open !== null && (
        <PictureViewer
          key={`${open.row} ${open.runId}`}
          rows={rows}
          runs={runs}
          firstRow={open.row}
          firstRunId={open.runId}
          onClose={() => setOpen(null)}
        />
      )}
    </section>
  );
}

function MatrixLine(props: {
  readonly row: MatrixRow;
  readonly runs: readonly ComparedRun[];
  readonly onOpen: (runId: string) => void;
}) {
  const { row, runs, onOpen } = props;
  return (
    <tr className="align-top">
      <th scope="row" className={FIRST_COLUMN}>
        <span className="line-clamp-3" title={row.prompt}>
          {row.prompt}
        </span>
        <span className="block truncate text-xs text-ink-quiet tabular-nums">seed {row.seed}</span>
      </th>
      {runs.map(({ id, name }) => {
        const picture = row.pictures.get(id);
        return (
          <td key={id} className="py-2 pr-3">
            {picture === undefined ? (
              <span className="text-xs text-ink-quiet">no picture</span>
            ) : (
              <button
                type="button"
                aria-label={`${row.prompt}, seed ${row.seed}, ${name}: look closer`}
                onClick={() => onOpen(id)}
                className="block w-full cursor-zoom-in rounded-[3px]"
              >
                <Picture src={picture.url} alt="" width={picture.width} height={picture.height} loading="lazy" />
              </button>
            )}
          </td>
        );
      })}
    </tr>
  );
}
