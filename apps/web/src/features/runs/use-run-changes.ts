"use client";

import type { RunView } from "@mezzotint/contracts/run";
import { toasts } from "@mezzotint/ui/toast";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { messageOf } from "#client/error-reason.ts";
import { offerReturn } from "#client/offer-return.ts";
import { useTRPC } from "#client/trpc.tsx";

export interface RunChanges {
  readonly isChanging: boolean;
  cancel(): void;
  resume(): void;
  addSeed(): void;
  /** Resolves to what is wrong with the name, or null when the run has it. */
  rename(name: string): Promise<string | null>;
  remove(): void;
}

/** What whoever may change a run does to it. */
export function useRunChanges({ id: runId, seedCount }: RunView): RunChanges {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const show = (next: RunView) => queryClient.setQueryData(trpc.run.get.queryKey({ runId }), next);
  // Whatever shows runs by name, or chooses among them.
  const forgetLists = () =>
    Promise.all(
      [trpc.run.list, trpc.run.names, trpc.run.compare, trpc.vote.table].map((shown) =>
        queryClient.invalidateQueries({ queryKey: shown.pathKey() }),
      ),
    );
  const options = { onSuccess: show, onError: (error: unknown) => refuse("Not done", error) };
  const cancel = useMutation(trpc.run.cancel.mutationOptions(options));
  const resume = useMutation(trpc.run.resume.mutationOptions(options));
  const extend = useMutation(trpc.run.extend.mutationOptions(options));
  const renaming = useMutation(
    trpc.run.rename.mutationOptions({
      onSuccess(next) {
        show(next);
        void forgetLists();
      },
    }),
  );
  const restoration = useMutation(
    trpc.run.restore.mutationOptions({
      onSuccess(next) {
        show(next);
        return forgetLists();
      },
      onError: (error) => refuse("Not brought back", error),
    }),
  );
  const removal = useMutation(
    trpc.run.remove.mutationOptions({
      async onSuccess() {
        offerReturn("Run removed", () => restoration.mutate({ runId }));
        // Whoever goes back to its page has it asked for again; the page that is still open has not.
        void queryClient.invalidateQueries({ queryKey: trpc.run.get.queryKey({ runId }), refetchType: "none" });
        await forgetLists();
        router.push("/runs");
      },
      onError: (error) => refuse("Not removed", error),
    }),
  );

  return {
    isChanging: [cancel, resume, extend, renaming, removal].some(({ isPending }) => isPending),
    cancel: () => cancel.mutate({ runId }),
    resume: () => resume.mutate({ runId }),
    addSeed: () => extend.mutate({ runId, seedCount: seedCount + 1 }),
    rename: (name) => renaming.mutateAsync({ runId, name }).then(() => null, messageOf),
    remove: () => removal.mutate({ runId }),
  };
}

function refuse(title: string, error: unknown): void {
  toasts.add({ type: "error", title, description: messageOf(error) });
}
