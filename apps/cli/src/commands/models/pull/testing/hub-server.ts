import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface HubFile {
  readonly bytes: Uint8Array;
  /** Large files are listed by SHA-256, as on the Hub. */
  readonly large?: boolean;
}

/** A server that speaks the endpoints of the Hub that a pull uses, for one repository. */
export interface HubServer {
  readonly url: string;
  readonly id: string;
  readonly commit: string;
  /** Ranges of resolved files, as they were asked for. */
  readonly requests: { readonly path: string; readonly range: string | undefined }[];
  /** Bytes after which the line breaks, by path; each break happens once. */
  readonly breaks: Map<string, number>;
  /** Served instead of what is listed. */
  readonly swapped: Map<string, Uint8Array>;
  /** The token that is needed; everybody may read while null. */
  token: string | null;
  close(): Promise<void>;
}

const PAGE = 3;

export async function startHubServer(id: string, files: Readonly<Record<string, HubFile>>): Promise<HubServer> {
  const commit = createHash("sha1").update(Object.keys(files).join()).digest("hex");
  const state = {
    id,
    commit,
    requests: [] as HubServer["requests"][number][],
    breaks: new Map<string, number>(),
    swapped: new Map<string, Uint8Array>(),
    token: null as string | null,
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (state.token !== null && request.headers.authorization !== `Bearer ${state.token}`) {
      return answerJson(response, 401, { error: "Invalid username or password." });
    }
    if (url.pathname.startsWith(`/api/models/${id}/revision/`)) {
      const known = ["HEAD", "main", commit].includes(decodeURIComponent(url.pathname.split("/").at(-1) ?? ""));
      const info = {
        _id: "1",
        id,
        sha: commit,
        private: false,
        downloads: 0,
        gated: false,
        likes: 0,
        lastModified: "2026-01-01T00:00:00Z",
      };
      return known ? answerJson(response, 200, info) : answerJson(response, 404, { error: "Invalid rev id" });
    }
    if (url.pathname === `/api/models/${id}/tree/${commit}`) return answerTree(response, url, files);
    const prefix = `/${id}/resolve/${commit}/`;
    const path = decodeURIComponent(url.pathname.slice(prefix.length));
    const file = url.pathname.startsWith(prefix) ? files[path] : undefined;
    if (file === undefined) return answerJson(response, 404, { error: "Repository not found" });
    state.requests.push({ path, range: request.headers.range });
    answerFile({ request, response }, state.swapped.get(path) ?? file.bytes, breakAt(state.breaks, path, request));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(state, {
    url,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

/** The question for a file's size does not count. */
function breakAt(breaks: Map<string, number>, path: string, request: IncomingMessage): number | null {
  const at = breaks.get(path);
  if (at === undefined || request.headers.range === "bytes=0-0") return null;
  breaks.delete(path);
  return at;
}

function answerTree(response: ServerResponse, url: URL, files: Readonly<Record<string, HubFile>>): void {
  const start = Number(url.searchParams.get("cursor") ?? "0");
  const entries = Object.entries(files).map(([path, { bytes, large }]) => {
    const oid = createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
    const lfs = { oid: createHash("sha256").update(bytes).digest("hex"), size: bytes.length, pointerSize: 130 };
    return { type: "file", path, size: bytes.length, oid, ...(large === true ? { lfs } : {}) };
  });
  const folders = [...new Set(Object.keys(files).flatMap((path) => (path.includes("/") ? [path.split("/")[0]] : [])))];
  const all = [...folders.map((path) => ({ type: "directory", path, size: 0, oid: "0" })), ...entries];
  if (start + PAGE < all.length) {
    url.searchParams.set("cursor", String(start + PAGE));
    response.setHeader("Link", `<http://${response.req.headers.host}${url.pathname}${url.search}>; rel="next"`);
  }
  answerJson(response, 200, all.slice(start, start + PAGE));
}

function answerFile(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  bytes: Uint8Array,
  stopAt: number | null,
): void {
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
  const [first, last] =
    range === null ? [0, bytes.length - 1] : [Number(range[1]), Math.min(Number(range[2]), bytes.length - 1)];
  response.setHeader("ETag", '"tag"');
  response.setHeader("Content-Length", last - first + 1);
  if (range !== null) response.setHeader("Content-Range", `bytes ${first}-${last}/${bytes.length}`);
  response.writeHead(range === null ? 200 : 206);
  const body = bytes.subarray(first, last + 1);
  if (stopAt === null) return void response.end(body);
  response.write(body.subarray(0, stopAt), () => setTimeout(() => response.destroy(), 20));
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
