import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { RepositoryFile } from "./needed-files.ts";

/** What a file needs to be fetched. */
export interface FetchOptions {
  /** The folder that paths are in. */
  readonly folder: string;
  /** Opens the bytes from an offset on. */
  readonly open: (file: RepositoryFile, offset: number) => Promise<ReadableStream<Uint8Array>>;
  readonly report: (doneBytes: number) => void;
}

/**
 * Fetches one file into a folder, going on where an earlier try broke off. Its bytes are under another name until their
 * checksum is the repository's. Throws MODEL_CORRUPT with both checksums, and what opening and reading throw.
 */
export async function fetchFile(file: RepositoryFile, { folder, open, report }: FetchOptions): Promise<void> {
  const target = path.join(folder, file.path);
  if ((await sizeOf(target)) === file.sizeBytes) return report(file.sizeBytes);
  const part = `${target}.part`;
  await mkdir(path.dirname(target), { recursive: true });
  let done = await sizeOf(part);
  if (done > file.sizeBytes) {
    await rm(part);
    done = 0;
  }
  report(done);
  if (done < file.sizeBytes || file.sizeBytes === 0) {
    const stream = file.sizeBytes === 0 ? Readable.from([]) : Readable.fromWeb(webStreamOf(await open(file, done)));
    stream.on("data", (bytes: Uint8Array) => report((done += bytes.length)));
    await pipeline(stream, createWriteStream(part, { flags: "a" }));
  }
  await refuseWrongBytes(file, part);
  await rename(part, target);
}

/** The library types streams as browsers do, Node as its own; they are the same objects. */
function webStreamOf(stream: ReadableStream<Uint8Array>): Parameters<typeof Readable.fromWeb>[0] {
  return stream as unknown as Parameters<typeof Readable.fromWeb>[0];
}

async function refuseWrongBytes(file: RepositoryFile, part: string): Promise<void> {
  const size = await sizeOf(part);
  // Fewer bytes without an error is a line that broke off; the next try goes on from there.
  if (size < file.sizeBytes) throw new RangeError(`${file.path}: ${size} of ${file.sizeBytes} bytes came`);
  const found = await checksumOf(part, file);
  if (found === file.checksum.hex) return;
  await rm(part);
  const { algorithm, hex } = file.checksum;
  const message = `${file.path}: expected ${algorithm} ${hex} of ${file.sizeBytes} bytes, got ${found} of ${size}; thrown away`;
  throw new MezzotintError("MODEL_CORRUPT", message);
}

/** SHA-256 of the bytes, or the SHA-1 of Git's blob: "blob", the size, a zero byte, the bytes. */
async function checksumOf(file: string, { checksum, sizeBytes }: RepositoryFile): Promise<string> {
  const hash = createHash(checksum.algorithm === "sha256" ? "sha256" : "sha1");
  if (checksum.algorithm === "git-blob") hash.update(`blob ${sizeBytes}\0`);
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  return found?.size ?? 0;
}
