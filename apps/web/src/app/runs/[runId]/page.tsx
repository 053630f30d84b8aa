import { MezzotintError } from "@mezzotint/contracts/errors";
import { TRPCError } from "@trpc/server";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { RunPage } from "#features/runs/run-page.tsx";
import { getQueryClient, Hydrate, serverTrpc } from "#server/prefetch.tsx";
import { requireViewer } from "#server/viewer.ts";

export const metadata: Metadata = { title: "Run" };

export default async function OneRunPage({ params }: { readonly params: Promise<{ runId: string }> }) {
  const { runId } = await params;
  await requireViewer(`/runs/${encodeURIComponent(runId)}`);
  const queryClient = getQueryClient();
  try {
    await queryClient.fetchQuery(serverTrpc.run.get.queryOptions({ runId }));
  } catch (error) {
    const cause = error instanceof TRPCError ? error.cause : error;
    if (cause instanceof MezzotintError && cause.code === "NOT_FOUND") notFound();
    throw error;
  }
  await queryClient.prefetchQuery(serverTrpc.run.compare.queryOptions({ runIds: [runId] }));
  return (
    <Hydrate>
      <RunPage runId={runId} />
    </Hydrate>
  );
}
