import type { Metadata } from "next";
import { RunList } from "#features/runs/run-list.tsx";
import { getQueryClient, Hydrate, serverTrpc } from "#server/prefetch.tsx";
import { requireViewer } from "#server/viewer.ts";

export const metadata: Metadata = { title: "Runs" };

const LISTED = 100;

export default async function RunsPage() {
  await requireViewer("/runs");
  await getQueryClient().prefetchQuery(serverTrpc.run.list.queryOptions({ limit: LISTED }));
  return (
    <Hydrate>
      <RunList />
    </Hydrate>
  );
}
