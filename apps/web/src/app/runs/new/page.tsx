import type { Metadata } from "next";
import { RunForm } from "#features/runs/run-form.tsx";
import { getQueryClient, Hydrate, serverTrpc } from "#server/prefetch.tsx";
import { requireViewer } from "#server/viewer.ts";

export const metadata: Metadata = { title: "New run" };

export default async function NewRunPage() {
  await requireViewer("/runs/new");
  const queryClient = getQueryClient();
  await Promise.all([
    queryClient.prefetchQuery(serverTrpc.model.list.queryOptions()),
    queryClient.prefetchQuery(serverTrpc.promptSet.list.queryOptions()),
  ]);
  return (
    <Hydrate>
      <RunForm />
    </Hydrate>
  );
}
