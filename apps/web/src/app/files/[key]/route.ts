import { serviceContext } from "@mezzotint/api/trpc";
import { toMezzotintError } from "@mezzotint/contracts/errors";
import { openImageFile } from "@mezzotint/services/image/open-file";
import { apiContext } from "#server/api-context.ts";
import { logError } from "#server/log.ts";
import { viewerOf } from "#server/viewer.ts";

export const dynamic = "force-dynamic";

const SUFFIX = ".png";
/** The bytes under an id never change. What a stranger may see, anybody may keep for a while; the rest is private. */
const PRIVATE_CACHE = "private, max-age=31536000, immutable";
const PUBLIC_CACHE = "public, max-age=300";

/** The PNG of a picture the reader may see; `?download` asks the browser to save it. */
export async function GET(request: Request, { params }: { params: Promise<{ key: string }> }): Promise<Response> {
  const { key } = await params;
  if (!key.endsWith(SUFFIX)) return new Response("Not found", { status: 404 });
  try {
    const viewer = await viewerOf(request.headers);
    const imageId = key.slice(0, -SUFFIX.length);
    const { bytes, fileName, etag } = await openImageFile({
      ctx: serviceContext(apiContext(viewer)),
      input: { imageId },
    });
    const headers = new Headers({
      "Cache-Control": viewer === null ? PUBLIC_CACHE : PRIVATE_CACHE,
      ETag: etag,
      Vary: "Cookie",
    });
    if (request.headers.get("If-None-Match") === etag) return new Response(null, { status: 304, headers });
    headers.set("Content-Type", "image/png");
    headers.set("Content-Length", String(bytes.byteLength));
    const isDownload = new URL(request.url).searchParams.has("download");
    headers.set("Content-Disposition", `${isDownload ? "attachment" : "inline"}; filename="${fileName}"`);
    return new Response(Uint8Array.from(bytes), { headers });
  } catch (error) {
    return refuse(error);
  }
}

function refuse(error: unknown): Response {
  const { code, message } = toMezzotintError(error);
  const headers = { "Cache-Control": "no-store" };
  if (code === "NOT_FOUND" || code === "INVALID_INPUT") return new Response(message, { status: 404, headers });
  logError("files", error);
  return new Response("This picture cannot be read right now.", { status: 503, headers });
}
