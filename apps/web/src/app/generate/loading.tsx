import { Skeleton } from "@mezzotint/ui/skeleton";
import { FeedSkeleton } from "#features/generate/feed.tsx";

export default function GenerateLoading() {
  return (
    <div className="page grid items-start gap-x-12 gap-y-10 py-6 lg:grid-cols-[23rem_minmax(0,1fr)] lg:py-8">
      <div className="flex flex-col gap-5">
        <Skeleton className="h-32" />
        <Skeleton className="h-11" />
        <Skeleton className="hidden h-96 lg:block" />
      </div>
      <FeedSkeleton />
    </div>
  );
}
