import type { ImageDetailView } from "@mezzotint/contracts/generation";
import type { Metadata } from "next";
import { FEED_PAGE_SIZE } from "#features/generate/feed-page-size.ts";
import { Studio } from "#features/generate/studio.tsx";
import { apiCaller, getQueryClient, Hydrate, serverTrpc } from "#server/prefetch.tsx";
import { firstOf, type SearchParams } from "#server/search-params.ts";
import { requireViewer } from "#server/viewer.ts";

export const metadata: Metadata = { title: "Generate" };

export default async function GeneratePage({ searchParams }: { readonly searchParams: SearchParams }) {
  const from = firstOf((await searchParams)["from"]);
  const { userId } = await requireViewer(
    from === undefined ? "/generate" : `/generate?from=${encodeURIComponent(from)}`,
  );
  const queryClient = getQueryClient();
  const [source] = await Promise.all([
    from === undefined ? null : readSource(from),
    queryClient.prefetchQuery(serverTrpc.model.list.queryOptions()),
    queryClient.prefetchInfiniteQuery(
      serverTrpc.generation.list.infiniteQueryOptions(
        { limit: FEED_PAGE_SIZE },
        { getNextPageParam: (page) => page.nextCursor },
      ),
    ),
  ]);
  return (
    <Hydrate>
      <Studio key={source?.id ?? "own"} source={source} userId={userId} />
    </Hydrate>
  );
}

/** The picture whose settings are asked for; null when it is gone, and the form starts as usual. */
async function readSource(imageId: string): Promise<ImageDetailView | null> {
  const api = await apiCaller();
  return api.image.get({ imageId }).catch(() => null);
}
