import { redirect } from "next/navigation";
import { galleryInput } from "#features/gallery/gallery-view.ts";
import { PublicWall } from "#features/gallery/public-wall.tsx";
import { getQueryClient, Hydrate, serverTrpc } from "#server/prefetch.tsx";
import { getViewer } from "#server/viewer.ts";

export default async function HomePage() {
  if ((await getViewer()) !== null) redirect("/generate");
  await getQueryClient().prefetchInfiniteQuery(
    serverTrpc.image.list.infiniteQueryOptions(galleryInput({ scope: "public", search: "" }), {
      getNextPageParam: (page) => page.nextCursor,
    }),
  );
  return (
    <Hydrate>
      <PublicWall />
    </Hydrate>
  );
}
