import { serviceContext } from "@mezzotint/api/trpc";
import { openImageFile } from "@mezzotint/services/image/open-file";
import { apiContext } from "#server/api-context.ts";
import { fileResponse, refuseFile } from "#server/file-response.ts";
import { viewerOf } from "#server/viewer.ts";

export const dynamic = "force-dynamic";

const SUFFIX = ".png";

/** The PNG of a picture the reader may see; `?download` asks the browser to save it. */
export async function GET(request: Request, { params }: { params: Promise<{ key: string }> }): Promise<Response> {
  const { key } = await params;
  if (!key.endsWith(SUFFIX)) return new Response("Not found", { status: 404 });
  try {
    const viewer = await viewerOf(request.headers);
    const ctx = serviceContext(apiContext(viewer));
    const { fileName, ...file } = await openImageFile({ ctx, input: { imageId: key.slice(0, -SUFFIX.length) } });
    const isDownload = new URL(request.url).searchParams.has("download");
    const disposition = `${isDownload ? "attachment" : "inline"}; filename="${fileName}"`;
    return fileResponse(request, { ...file, contentType: "image/png", isPublic: viewer === null, disposition });
  } catch (error) {
    return refuseFile("files", error);
  }
}
