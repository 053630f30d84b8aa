import { serviceContext } from "@mezzotint/api/trpc";
import { toMezzotintError } from "@mezzotint/contracts/errors";
import { openBallotFile } from "@mezzotint/services/vote/open-ballot-file";
import { apiContext } from "#server/api-context.ts";
import { logError } from "#server/log.ts";
import { viewerOf } from "#server/viewer.ts";

export const dynamic = "force-dynamic";

const SIDES = { "left.png": "left", "right.png": "right" } as const;

/** One side of a blind pair, bare pixels; nothing about it may be remembered. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ ballotId: string; side: string }> },
): Promise<Response> {
  const { ballotId, side: file } = await params;
  const headers = { "Cache-Control": "no-store" };
  const side = Object.hasOwn(SIDES, file) ? SIDES[file as keyof typeof SIDES] : null;
  if (side === null) return new Response("Not found", { status: 404, headers });
  try {
    const ctx = serviceContext(apiContext(await viewerOf(request.headers)));
    const bytes = await openBallotFile({ ctx, input: { ballotId, side } });
    return new Response(Uint8Array.from(bytes), { headers: { ...headers, "Content-Type": "image/png" } });
  } catch (error) {
    const { code, message } = toMezzotintError(error);
    if (code === "NOT_FOUND" || code === "UNAUTHENTICATED") return new Response(message, { status: 404, headers });
    logError("ballots", error);
    return new Response("This picture cannot be read right now.", { status: 503, headers });
  }
}
