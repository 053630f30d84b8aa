import { MezzotintError } from "@mezzotint/contracts/errors";
import { TRPCError } from "@trpc/server";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { PicturePage } from "#features/picture/picture-page.tsx";
import { getQueryClient, Hydrate, serverTrpc } from "#server/prefetch.tsx";

interface PageProps {
  readonly params: Promise<{ imageId: string }>;
}

const TITLE_LENGTH_MAX = 60;

const readPicture = cache(async (imageId: string) => {
  try {
    return await getQueryClient().fetchQuery(serverTrpc.image.get.queryOptions({ imageId }));
  } catch (error) {
    const cause = error instanceof TRPCError ? error.cause : error;
    if (cause instanceof MezzotintError && cause.code === "NOT_FOUND") notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { prompt } = await readPicture((await params).imageId);
  return { title: prompt.length > TITLE_LENGTH_MAX ? `${prompt.slice(0, TITLE_LENGTH_MAX)}…` : prompt };
}

export default async function ImagePage({ params }: PageProps) {
  const { imageId } = await params;
  await readPicture(imageId);
  return (
    <Hydrate>
      <PicturePage imageId={imageId} />
    </Hydrate>
  );
}
