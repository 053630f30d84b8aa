import { serviceContext } from "@mezzotint/api/trpc";
import { openStageFile } from "@mezzotint/services/image/open-stage-file";
import { apiContext } from "#server/api-context.ts";
import { fileResponse, refuseFile } from "#server/file-response.ts";
import { viewerOf } from "#server/viewer.ts";

export const dynamic = "force-dynamic";

interface StageParams {
  readonly params: Promise<{ imageId: string; stage: string }>;
}

/** What one stage of a cascade made on the way to a picture: `<number>.png`. */
export async function GET(request: Request, { params }: StageParams): Promise<Response> {
  const { imageId, stage } = await params;
  const [, index] = /^(\d{1,2})\.png$/.exec(stage) ?? [];
  if (index === undefined) return new Response("Not found", { status: 404 });
  try {
    const viewer = await viewerOf(request.headers);
    const ctx = serviceContext(apiContext(viewer));
    const file = await openStageFile({ ctx, input: { imageId, index: Number(index) } });
    return fileResponse(request, { ...file, contentType: "image/png", isPublic: viewer === null });
  } catch (error) {
    return refuseFile("stages", error);
  }
}
