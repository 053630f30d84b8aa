import type { Metadata } from "next";
import { ComparePage } from "#features/compare/compare-page.tsx";
import { parseRunIds } from "#features/compare/compare-address.ts";
import { getQueryClient, Hydrate, serverTrpc } from "#server/prefetch.tsx";
import { firstOf, type SearchParams } from "#server/search-params.ts";
import { requireViewer } from "#server/viewer.ts";

export const metadata: Metadata = { title: "Compare" };

export default async function CompareRunsPage({ searchParams }: { readonly searchParams: SearchParams }) {
  const params = await searchParams;
  const runs = firstOf(params["runs"]);
  await requireViewer(runs === undefined ? "/compare" : `/compare?runs=${encodeURIComponent(runs)}`);
  const runIds = parseRunIds(runs);
  const baselineId = firstOf(params["baseline"]) ?? runIds[0];
  const queryClient = getQueryClient();
  await Promise.all([
    queryClient.prefetchQuery(serverTrpc.run.names.queryOptions()),
    runIds.length === 0
      ? null
      : queryClient.prefetchQuery(
          serverTrpc.run.compare.queryOptions({ runIds, ...(baselineId === undefined ? {} : { baselineId }) }),
        ),
  ]);
  return (
    <Hydrate>
      <ComparePage />
    </Hydrate>
  );
}
