import "server-only";
import { toMezzotintError } from "@mezzotint/contracts/errors";
import { logError } from "./log.ts";

/** The bytes under an id never change. What a stranger may see, anybody may keep for a while; the rest is private. */
const PRIVATE_CACHE = "private, max-age=31536000, immutable";
const PUBLIC_CACHE = "public, max-age=300";

export interface ServedFile {
  readonly bytes: Uint8Array;
  /** Quoted. */
  readonly etag: string;
  readonly contentType: string;
  /** Whether nobody in particular asked, so that anybody may have it. */
  readonly isPublic: boolean;
  /** The name to save it under, and whether to. */
  readonly disposition?: string;
}

/** The file, or 304 for whoever has it already. */
export function fileResponse(request: Request, file: ServedFile): Response {
  const cache = file.isPublic ? PUBLIC_CACHE : PRIVATE_CACHE;
  const headers = new Headers({ "Cache-Control": cache, ETag: file.etag, Vary: "Cookie" });
  if (request.headers.get("If-None-Match") === file.etag) return new Response(null, { status: 304, headers });
  headers.set("Content-Type", file.contentType);
  headers.set("Content-Length", String(file.bytes.byteLength));
  headers.set("Content-Disposition", file.disposition ?? "inline");
  return new Response(Uint8Array.from(file.bytes), { headers });
}

/** What a file that cannot be shown answers; strangers learn nothing about whether it exists. */
export function refuseFile(place: string, error: unknown): Response {
  const { code, message } = toMezzotintError(error);
  const headers = { "Cache-Control": "no-store" };
  if (code === "NOT_FOUND" || code === "INVALID_INPUT" || code === "UNAUTHENTICATED") {
    return new Response(message, { status: 404, headers });
  }
  logError(place, error);
  return new Response("This picture cannot be read right now.", { status: 503, headers });
}
