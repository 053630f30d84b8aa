import type { Metadata } from "next";
import { galleryAddress, galleryInput, parseGalleryView } from "#features/gallery/gallery-view.ts";
import { Gallery } from "#features/gallery/gallery.tsx";
import { getQueryClient, Hydrate, serverTrpc } from "#server/prefetch.tsx";
import { firstOf, type SearchParams } from "#server/search-params.ts";
import { getViewer, requireViewer } from "#server/viewer.ts";

export const metadata: Metadata = { title: "Gallery" };

export default async function GalleryPage({ searchParams }: { readonly searchParams: SearchParams }) {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(await searchParams)) params.set(name, firstOf(value) ?? "");
  const isSignedIn = (await getViewer()) !== null;
  const view = parseGalleryView(params, isSignedIn);
  if (view.scope === "team") await requireViewer(galleryAddress(view));
  await getQueryClient().prefetchInfiniteQuery(
    serverTrpc.image.list.infiniteQueryOptions(galleryInput(view), { getNextPageParam: (page) => page.nextCursor }),
  );
  return (
    <Hydrate>
      <Gallery isSignedIn={isSignedIn} />
    </Hydrate>
  );
}
