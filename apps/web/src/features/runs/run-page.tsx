"use client";

import type { RunView } from "@mezzotint/contracts/run";
import { Button } from "@mezzotint/ui/button";
import { buttonClasses } from "@mezzotint/ui/button-classes";
import { ConfirmDialog } from "@mezzotint/ui/confirm-dialog";
import { Icon } from "@mezzotint/ui/icon";
import { ProgressBar } from "@mezzotint/ui/progress-bar";
import { useSuspenseQuery } from "@tanstack/react-query";
import Link from "next/link";
import { notFound } from "next/navigation";
import { reasonOf } from "#client/error-reason.ts";
import { PageActions } from "#client/page-actions.tsx";
import { useTRPC } from "#client/trpc.tsx";
import { RunPictures } from "./run-pictures.tsx";
import { RunScores } from "./run-scores.tsx";
import { RunSettingsSheet } from "./run-settings.tsx";
import { isMoving, runStatus, runSummary } from "./run-status.ts";
import { RunTitle } from "./run-title.tsx";
import { useRunChanges, type RunChanges } from "./use-run-changes.ts";

const MOVING_REFRESH_MS = 1_500;

/** One run: how far it is, its scores and its pictures. */
export function RunPage({ runId }: { readonly runId: string }) {
  const trpc = useTRPC();
  const { data: run, error } = useSuspenseQuery({
    ...trpc.run.get.queryOptions({ runId }),
    refetchInterval: ({ state }) => (state.data !== undefined && isMoving(state.data) ? MOVING_REFRESH_MS : false),
  });
  const changes = useRunChanges(run);
  // Somebody removed it after it was shown.
  if (reasonOf(error) === "NOT_FOUND") notFound();
  return (
    <div className="page py-6 lg:py-8 print:max-w-none print:p-0">
      <Link href="/runs" className="text-sm text-ink-soft hover:text-ink print:hidden">
        Runs
      </Link>
      <RunTitle run={run} changes={changes} />
      <p className="mt-1 text-sm text-ink-soft">{runSummary(run)}</p>
      <div className="mt-5 flex flex-wrap items-center gap-3">
        <p role="status" className="mr-auto tabular-nums">
          {runStatus(run)}
        </p>
        <RunActions run={run} changes={changes} />
      </div>
      {isMoving(run) && (
        <div className="mt-3 max-w-xl">
          <ProgressBar
            label="Progress of the run"
            value={run.status === "filling" ? run.cells.done : (run.scoring?.step ?? null)}
            max={run.status === "filling" ? run.cells.total : Math.max(1, run.scoring?.steps ?? 1)}
          />
        </div>
      )}
      {run.error !== null && <p className="mt-3 text-sm text-danger">{run.error.message}</p>}
      <p className="mt-2 text-sm text-ink-quiet print:hidden">
        This page is the run’s report: everybody in your team can open its link, nobody else can.
      </p>
      <RunSettingsSheet run={run} />
      <RunScores runId={runId} status={run.status} />
      <RunPictures runId={runId} done={run.cells.done} total={run.cells.total} />
    </div>
  );
}

function RunActions({ run, changes }: { readonly run: RunView; readonly changes: RunChanges }) {
  const { isChanging, cancel, resume, addSeed, remove } = changes;
  const lacks = run.cells.done < run.cells.total;
  return (
    <div className="flex flex-wrap gap-2 print:hidden">
      <PageActions />
      <Link href={`/compare?runs=${run.id}`} className={buttonClasses({ size: "small" })}>
        Compare
      </Link>
      {run.mine && isMoving(run) && (
        <Button size="small" onClick={cancel} disabled={isChanging}>
          Cancel
        </Button>
      )}
      {run.mine && !isMoving(run) && (
        <>
          <Button size="small" onClick={resume} disabled={isChanging}>
            {lacks ? "Resume" : "Score again"}
          </Button>
          <Button size="small" onClick={addSeed} disabled={isChanging}>
            One more seed
          </Button>
          <ConfirmDialog
            trigger={
              <Button size="small" disabled={isChanging}>
                <Icon name="remove" />
                Remove
              </Button>
            }
            title="Remove this run?"
            description="It disappears from runs, comparisons and vote rounds, and its address stops working. For a moment you can still bring it back."
            confirmLabel="Remove"
            onConfirm={remove}
          />
        </>
      )}
    </div>
  );
}
