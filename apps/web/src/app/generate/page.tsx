import type { ImageDetailView } from "@mezzotint/contracts/generation";
import type { Metadata } from "next";
import { FEED_PAGE_SIZE } from "#features/generate/feed-page-size.ts";
import { Studio } from "#features/generate/studio.tsx";
import { apiCaller, getQueryClient, Hydrate, serverTrpc } from "#server/prefetch.tsx";
import { firstOf, type SearchParams } from "#server/search-params.ts";
import { requireViewer } from "#server/viewer.ts";

export const metadata: Metadata = { title: "Generate" };

export default async function GeneratePage({ searchParams }: { readonly searchParams: SearchParams }) {
  const params = await searchParams;
  const from = firstOf(params["from"]);
  const start = firstOf(params["source"]);
  const { userId } = await requireViewer(addressOf({ from, source: start }));
  const queryClient = getQueryClient();
  const [reused] = await Promise.all([
    from === undefined ? null : readReused(from),
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
      <Studio
        key={`${reused?.id ?? "own"} ${start ?? ""}`}
        reused={reused}
        startImageId={start ?? null}
        userId={userId}
      />
    </Hydrate>
  );
}

function addressOf(wanted: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? "/generate" : `/generate?${new URLSearchParams(given).toString()}`;
}

/** The picture whose settings are asked for; null when it is gone, and the form starts as usual. */
async function readReused(imageId: string): Promise<ImageDetailView | null> {
  const api = await apiCaller();
  return api.image.get({ imageId }).catch(() => null);
}
