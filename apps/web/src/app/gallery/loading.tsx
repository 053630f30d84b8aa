import { PrintWallSkeleton } from "#features/gallery/print-wall.tsx";

export default function GalleryLoading() {
  return (
    <div className="page py-8">
      <h1 className="mb-6 font-title text-3xl tracking-tight">Gallery</h1>
      <PrintWallSkeleton />
    </div>
  );
}
