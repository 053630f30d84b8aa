import { httpStatusOf } from "@mezzotint/api/error-code";
import { serviceContext } from "@mezzotint/api/trpc";
import { asDatabaseError } from "@mezzotint/db/errors";
import { MezzotintError, toMezzotintError, type ErrorCode } from "@mezzotint/contracts/errors";
import { refuseTooManyBytes } from "@mezzotint/services/source/read-header";
import { uploadSource } from "@mezzotint/services/source/upload";
import { apiContext } from "#server/api-context.ts";
import { trustedOrigins } from "#server/auth.ts";
import { logError } from "#server/log.ts";
import { viewerOf } from "#server/viewer.ts";

export const dynamic = "force-dynamic";

/** Takes a file as the body, `?kind=image` or `?kind=mask`, and answers with its SourceView. */
export async function POST(request: Request): Promise<Response> {
  try {
    refuseForeignPage(request);
    const viewer = await viewerOf(request.headers);
    if (viewer === null) throw new MezzotintError("UNAUTHENTICATED", "Your sign-in has ended. Sign in again.");
    const kind = new URL(request.url).searchParams.get("kind") === "mask" ? "mask" : "image";
    const bytes = await readBody(request);
    return Response.json(await uploadSource({ ctx: serviceContext(apiContext(viewer)), input: { kind }, bytes }), {
      status: 201,
    });
  } catch (thrown) {
    const error = toMezzotintError(asDatabaseError(thrown));
    if (error.code === "INTERNAL") logError("sources", error);
    const message = error.code === "INTERNAL" ? "The file could not be kept." : error.message;
    return Response.json({ code: error.code, message }, { status: statusOf(error.code) });
  }
}

/** The only limit here is the file's own size, which HTTP has a number for. */
function statusOf(code: ErrorCode): number {
  return code === "LIMIT_EXCEEDED" ? 413 : httpStatusOf(code);
}

/** Cookies of the session are not sent across sites; this says so once more, for the one address that takes bytes. */
function refuseForeignPage(request: Request): void {
  const origin = request.headers.get("Origin");
  if (origin !== null && trustedOrigins().includes(origin)) return;
  throw new MezzotintError(
    "FORBIDDEN",
    `Files are taken from this studio's own pages, not from ${origin ?? "elsewhere"}.`,
  );
}

/** The whole body, or LIMIT_EXCEEDED as soon as it has grown too large; the announced length is not believed. */
async function readBody(request: Request): Promise<Uint8Array> {
  refuseTooManyBytes(Number(request.headers.get("Content-Length") ?? 0));
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.byteLength;
    refuseTooManyBytes(sizeBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}
