import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { convertInception } from "@mezzotint/evaluation/inception-weights/convert-inception";
import type { PullOrder, PullProgress } from "./pull-source.ts";

const FILE = "pt_inception-2015-12-05-6726825d.pth";
const ADDRESS = `https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/${FILE}`;
/** The first digits of the file's SHA-256, as torch.hub writes them into names. */
const HASH_START = "6726825d";
const BYTES_MAX = 512 * 1024 * 1024;

/**
 * Makes an extractor folder of pytorch-fid's published Inception weights, from its address or from `file`. Only bytes
 * with the published hash are read, nothing in them is run. Throws MODEL_UNAVAILABLE, MODEL_CORRUPT or INVALID_INPUT.
 */
export async function pullInception({ folder, file, report }: PullOrder): Promise<void> {
  const bytes = file === undefined ? await download(report) : await readWeights(file);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (!sha256.startsWith(HASH_START)) {
    const found = `${sha256.slice(0, 16)}… of ${bytes.length} bytes`;
    throw new MezzotintError("MODEL_CORRUPT", `${file ?? FILE}: expected SHA-256 ${HASH_START}…, got ${found}`);
  }
  const model = convertInception(bytes);
  await mkdir(path.dirname(folder), { recursive: true });
  const scratch = await mkdtemp(path.join(path.dirname(folder), ".inception-"));
  try {
    const checksums = { "model.onnx": createHash("sha256").update(model).digest("hex") };
    await writeFile(path.join(scratch, "model.onnx"), model);
    await writeFile(path.join(scratch, "checksums.json"), `${JSON.stringify(checksums, null, 2)}\n`);
    await writeFile(path.join(scratch, "source.json"), `${JSON.stringify({ address: ADDRESS, sha256 }, null, 2)}\n`);
    await rename(scratch, folder);
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
}

async function readWeights(file: string): Promise<Uint8Array> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new MezzotintError("MODEL_UNAVAILABLE", `${file} cannot be read`, { cause });
  });
  checkSize(file, found.size);
  return readFile(file);
}

async function download(report: (progress: PullProgress) => void): Promise<Uint8Array> {
  const response = await fetch(ADDRESS).catch((cause: unknown) => {
    const message = `${ADDRESS} cannot be reached; fetch it yourself and give it with --file`;
    throw new MezzotintError("MODEL_UNAVAILABLE", message, { cause });
  });
  if (!response.ok || response.body === null) {
    throw new MezzotintError("MODEL_UNAVAILABLE", `${ADDRESS} answers ${response.status} ${response.statusText}`);
  }
  const totalBytes = Number(response.headers.get("content-length") ?? 0);
  const parts: Uint8Array[] = [];
  let doneBytes = 0;
  for await (const part of response.body) {
    doneBytes += part.length;
    checkSize(FILE, doneBytes);
    parts.push(part);
    report({ file: FILE, doneBytes, totalBytes: Math.max(totalBytes, doneBytes) });
  }
  return Buffer.concat(parts);
}

function checkSize(file: string, bytes: number): void {
  if (bytes <= BYTES_MAX) return;
  throw new MezzotintError("LIMIT_EXCEEDED", `${file}: ${bytes} bytes or more, at most ${BYTES_MAX}`);
}
