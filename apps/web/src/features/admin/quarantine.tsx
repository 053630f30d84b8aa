"use client";

import type { TroubleView } from "@mezzotint/contracts/queue";
import { Button } from "@mezzotint/ui/button";
import { toasts } from "@mezzotint/ui/toast";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "#client/trpc.tsx";
import { Section } from "./section.tsx";
import { TroubleText } from "./trouble-text.tsx";

/** Jobs that workers died of: they wait until somebody decides. */
export function Quarantine({ jobs }: { readonly jobs: readonly TroubleView[] }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const refresh = {
    onError: (error: { readonly message: string }) =>
      toasts.add({ type: "error", title: "Not done", description: error.message }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.admin.overview.queryKey() }),
  };
  const release = useMutation(trpc.admin.release.mutationOptions(refresh));
  const discard = useMutation(trpc.admin.discard.mutationOptions(refresh));
  const isBusy = release.isPending || discard.isPending;
  return (
    <Section title="Quarantine" empty={jobs.length === 0 ? "No job has cost two workers." : null}>
      <ul className="divide-y divide-line border-y border-line">
        {jobs.map((job) => (
          <li
            key={job.jobId}
            className="flex flex-col gap-3 py-3 text-sm sm:flex-row sm:items-center sm:justify-between"
          >
            <TroubleText job={job} />
            <div className="flex shrink-0 gap-2">
              <Button size="small" disabled={isBusy} onClick={() => release.mutate({ jobId: job.jobId })}>
                Try again
              </Button>
              <Button
                variant="outline"
                size="small"
                disabled={isBusy}
                onClick={() => discard.mutate({ jobId: job.jobId })}
              >
                Discard
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
