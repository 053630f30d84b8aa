"use client";

import type { RunView } from "@mezzotint/contracts/run";
import { Button } from "@mezzotint/ui/button";
import { buttonClasses } from "@mezzotint/ui/button-classes";
import { ProgressBar } from "@mezzotint/ui/progress-bar";
import { toasts } from "@mezzotint/ui/toast";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import Link from "next/link";
import { messageOf } from "#client/error-reason.ts";
import { PageActions } from "#client/page-actions.tsx";
import { useTRPC } from "#client/trpc.tsx";
import { RunPictures } from "./run-pictures.tsx";
import { RunScores } from "./run-scores.tsx";
import { RunSettingsSheet } from "./run-settings.tsx";
import { isMoving, runStatus, runSummary } from "./run-status.ts";

const MOVING_REFRESH_MS = 1_500;

/** One run: how far it is, its scores and its pictures. */
export function RunPage({ runId }: { readonly runId: string }) {
  const trpc = useTRPC();
  const { data: run } = useSuspenseQuery({
    ...trpc.run.get.queryOptions({ runId }),
    refetchInterval: ({ state }) => (state.data !== undefined && isMoving(state.data) ? MOVING_REFRESH_MS : false),
  });
  return (
    <div className="page py-6 lg:py-8 print:max-w-none print:p-0">
      <Link href="/runs" className="text-sm text-ink-soft hover:text-ink print:hidden">
        Runs
      </Link>
      <h1 className="mt-1 font-title text-3xl">{run.name}</h1>
      <p className="mt-1 text-sm text-ink-soft">{runSummary(run)}</p>
      <div className="mt-5 flex flex-wrap items-center gap-3">
        <p role="status" className="mr-auto tabular-nums">
          {runStatus(run)}
        </p>
        <RunActions run={run} />
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

function RunActions({ run }: { readonly run: RunView }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const options = {
    onSuccess: (next: RunView) => queryClient.setQueryData(trpc.run.get.queryKey({ runId: next.id }), next),
    onError: (error: unknown) => toasts.add({ type: "error", title: "Not done", description: messageOf(error) }),
  };
  const cancel = useMutation(trpc.run.cancel.mutationOptions(options));
  const resume = useMutation(trpc.run.resume.mutationOptions(options));
  const extend = useMutation(trpc.run.extend.mutationOptions(options));
  const lacks = run.cells.done < run.cells.total;
  return (
    <div className="flex flex-wrap gap-2 print:hidden">
      <PageActions />
      <Link href={`/compare?runs=${run.id}`} className={buttonClasses({ size: "small" })}>
        Compare
      </Link>
      {run.mine && isMoving(run) && (
        <Button size="small" onClick={() => cancel.mutate({ runId: run.id })} disabled={cancel.isPending}>
          Cancel
        </Button>
      )}
      {run.mine && !isMoving(run) && (
        <>
          <Button size="small" onClick={() => resume.mutate({ runId: run.id })} disabled={resume.isPending}>
            {lacks ? "Resume" : "Score again"}
          </Button>
          <Button
            size="small"
            onClick={() => extend.mutate({ runId: run.id, seedCount: run.seedCount + 1 })}
            disabled={extend.isPending}
          >
            One more seed
          </Button>
        </>
      )}
    </div>
  );
}
