"use client";

import type { ComparedColumn, ComparedRun, RunComparison } from "@mezzotint/contracts/comparison";
import { METRIC_FACTS } from "@mezzotint/contracts/metric";
import Link from "next/link";
import { RunSwatch } from "./charts/run-mark.tsx";
import { ScoreCell } from "./score-cell.tsx";
import { nextOrder, orderRuns, parseTableOrder, type TableOrder } from "./table-order.ts";

const ARROWS = { lower: "↓", higher: "↑" } as const;
const FIRST_COLUMN =
  "sticky left-0 z-10 max-w-44 min-w-36 bg-ground pr-4 text-left sm:max-w-72 print:static print:min-w-0";

export interface CompareTableProps {
  readonly comparison: RunComparison;
  readonly sort: string | null;
  readonly onSort: (sort: string | null) => void;
  readonly onPin: (runId: string) => void;
}

/** Runs by metrics: a difference from the baseline has a colour only where its interval leaves out zero. */
export function CompareTable({ comparison, sort, onSort, onPin }: CompareTableProps) {
  const { runs, columns, scores, baselineId } = comparison;
  const order = parseTableOrder(sort);
  return (
    // Reached with the keyboard, since it may have to be moved sideways.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div role="region" aria-label="Scores" tabIndex={0} className="mt-4 overflow-x-auto print:overflow-visible">
      <table className="w-full border-collapse text-sm tabular-nums">
        <caption className="sr-only">Scores of runs with 95 % intervals</caption>
        <thead>
          <tr className="border-b border-line-strong text-left align-bottom">
            <th scope="col" className={`${FIRST_COLUMN} py-2 font-medium`}>
              Run
            </th>
            {columns.map((column) => (
              <ColumnHead
                key={column.id}
                column={column}
                order={order}
                isRanked={runs.some(({ id }) => scores[id]?.[column.id]?.rank != null)}
                onSort={onSort}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {orderRuns(comparison, order).map((run) => (
            <tr key={run.id} className="break-inside-avoid border-b border-line align-top">
              <th scope="row" className={`${FIRST_COLUMN} py-2.5 font-normal`}>
                <RunHead
                  run={run}
                  place={runs.indexOf(run)}
                  isBaseline={run.id === baselineId}
                  onPin={() => onPin(run.id)}
                />
              </th>
              {columns.map(({ id }) => (
                <td key={id} className="min-w-36 py-2.5 pr-4 print:min-w-0 print:pr-2">
                  <ScoreCell score={scores[run.id]?.[id]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ColumnHead(props: {
  readonly column: ComparedColumn;
  readonly order: TableOrder | null;
  readonly isRanked: boolean;
  readonly onSort: (sort: string | null) => void;
}) {
  const { column, order, isRanked, onSort } = props;
  const { title, better } = METRIC_FACTS[column.metric];
  const isSorted = order?.columnId === column.id;
  const rising = isSorted && order.worstFirst === (better === "higher");
  const name = `${title} ${better === null ? "" : ARROWS[better]}`;
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (rising ? "ascending" : "descending") : undefined}
      className="py-2 pr-4 font-medium whitespace-nowrap print:whitespace-normal"
    >
      {isRanked ? (
        <button
          type="button"
          title="Sort: the best first, the worst first, as chosen"
          className="inline-flex min-h-8 cursor-pointer items-center rounded-sm hover:text-copper"
          onClick={() => onSort(nextOrder(order, column.id))}
        >
          {name}
        </button>
      ) : (
        <span className="inline-flex min-h-8 items-center" title="Nothing here may be ranked">
          {name}
        </span>
      )}
      {isSorted && (
        <span className="block text-xs font-normal text-copper">{order.worstFirst ? "worst first" : "best first"}</span>
      )}
      {column.extractor !== null && <span className="block text-xs text-ink-quiet">{column.extractor}</span>}
    </th>
  );
}

function RunHead(props: {
  readonly run: ComparedRun;
  readonly place: number;
  readonly isBaseline: boolean;
  readonly onPin: () => void;
}) {
  const { run, place, isBaseline, onPin } = props;
  return (
    <>
      <Link href={`/runs/${run.id}`} className="flex items-baseline gap-1.5 rounded-sm font-medium hover:text-copper">
        <span className="translate-y-0.5">
          <RunSwatch place={place} />
        </span>
        {run.name}
      </Link>
      <span className="block text-xs text-ink-quiet">
        {run.modelTitle}, {run.settings.steps} steps, guidance {run.settings.guidanceScale}
      </span>
      <label className="mt-1 flex min-h-6 items-center gap-1.5 text-xs text-ink-soft print:hidden">
        <input type="radio" name="baseline" checked={isBaseline} onChange={onPin} className="accent-copper" />
        Baseline
      </label>
      {isBaseline && <span className="hidden text-xs text-ink-soft print:block">Baseline</span>}
    </>
  );
}
