"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "#client/trpc.tsx";
import { LaneCards } from "./lane-cards.tsx";
import { Quarantine } from "./quarantine.tsx";
import { TroubleList } from "./trouble-list.tsx";
import { UsageBars } from "./usage-bars.tsx";
import { WorkerList } from "./worker-list.tsx";

const REFRESH_MS = 2_000;

/** Machines, queue, what went wrong and who used how much, at one look. */
export function AdminPage() {
  const trpc = useTRPC();
  const { data, error } = useQuery(trpc.admin.overview.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  return (
    <div className="page flex flex-col gap-10 py-8 sm:py-12">
      <h1 className="font-title text-3xl">Machines and queue</h1>
      {error !== null && (
        <p role="alert" className="rounded-control bg-danger-wash px-3 py-2 text-sm text-danger">
          {error.message} What stands below is what was last known.
        </p>
      )}
      {data !== undefined && (
        <>
          <LaneCards lanes={data.lanes} />
          <WorkerList workers={data.workers} />
          <Quarantine jobs={data.quarantine} />
          <UsageBars teams={data.teams} />
          <TroubleList jobs={data.failures} />
        </>
      )}
    </div>
  );
}
