import { Skeleton } from "@mezzotint/ui/skeleton";

export default function ImageLoading() {
  return (
    <div className="page grid gap-x-14 gap-y-8 py-6 lg:grid-cols-[minmax(0,1fr)_24rem] lg:py-10">
      <Skeleton className="aspect-square w-full rounded-xl lg:aspect-auto lg:min-h-[min(44rem,calc(100dvh-9rem))]" />
      <div className="flex flex-col gap-4">
        <Skeleton className="h-9 w-4/5" />
        <Skeleton className="h-4 w-2/5" />
        <Skeleton className="mt-4 h-10 w-full" />
        <Skeleton className="h-72 w-full" />
      </div>
    </div>
  );
}
