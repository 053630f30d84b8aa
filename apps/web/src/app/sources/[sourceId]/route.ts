import { serviceContext } from "@mezzotint/api/trpc";
import { openSourceFile } from "@mezzotint/services/source/open-file";
import { apiContext } from "#server/api-context.ts";
import { fileResponse, refuseFile } from "#server/file-response.ts";
import { viewerOf } from "#server/viewer.ts";

export const dynamic = "force-dynamic";

/** A file of the reader's team that pictures start from, as it was uploaded. */
export async function GET(request: Request, { params }: { params: Promise<{ sourceId: string }> }): Promise<Response> {
  try {
    const ctx = serviceContext(apiContext(await viewerOf(request.headers)));
    const { format, ...file } = await openSourceFile({ ctx, input: await params });
    return fileResponse(request, { ...file, contentType: `image/${format}`, isPublic: false });
  } catch (error) {
    return refuseFile("sources", error);
  }
}
