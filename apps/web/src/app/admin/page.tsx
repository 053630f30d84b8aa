import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AdminPage } from "#features/admin/admin-page.tsx";
import { getQueryClient, Hydrate, serverTrpc } from "#server/prefetch.tsx";
import { requireViewer } from "#server/viewer.ts";

export const metadata: Metadata = { title: "Machines and queue" };

export default async function Page() {
  const viewer = await requireViewer("/admin");
  // To others the page does not exist; the verbs refuse them as well.
  if (viewer.role !== "admin") notFound();
  await getQueryClient().prefetchQuery(serverTrpc.admin.overview.queryOptions());
  return (
    <Hydrate>
      <AdminPage />
    </Hydrate>
  );
}
