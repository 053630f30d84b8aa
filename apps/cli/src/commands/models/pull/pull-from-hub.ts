import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { listExternalFiles } from "@mezzotint/onnx/external-data";
import { listModelFiles } from "@mezzotint/onnx/model-file";
import { verifyModelFile } from "@mezzotint/onnx/verify-model";
import { fetchFile } from "./fetch-file.ts";
import { isPassing, toHubError } from "./hub-error.ts";
import { hubSettings, openHubRepository, type HubRepository } from "./hub-repository.ts";
import { neededFiles, type RepositoryFile } from "./needed-files.ts";
import type { PullOrder } from "./pull-source.ts";

/** Where files came from; hidden, so that it says nothing about pixels. */
const ORIGIN_FILE = ".origin.json";
const TRIES = 4;

/**
 * Fetches a repository of the Hub into a model folder: into a hidden folder beside it first, which a later pull goes on
 * with, and under its name only when every checksum is right and every network whole.
 * Throws NOT_FOUND, UNAUTHENTICATED, FORBIDDEN, MODEL_UNAVAILABLE, MODEL_CORRUPT or UNSUPPORTED.
 */
export async function pullFromHub(order: PullOrder): Promise<void> {
  const { id, folder, revision } = order;
  const settings = hubSettings(process.env);
  const context = { id, hubUrl: settings.hubUrl, folder };
  try {
    const repository = await openHubRepository(id, revision, settings);
    const scratch = path.join(path.dirname(folder), `.${path.basename(folder)}.pull`);
    await prepareScratch(scratch, { id, revision: revision ?? null, commit: repository.commit });
    await fetchAll(scratch, repository, order);
    const checksums = await checksumsOf(scratch);
    await writeFile(path.join(scratch, "checksums.json"), `${JSON.stringify(checksums, null, 2)}\n`);
    await rename(scratch, folder);
  } catch (thrown) {
    throw toHubError(thrown, context);
  }
}

interface Origin {
  readonly id: string;
  readonly revision: string | null;
  readonly commit: string;
}

/** Files of another repository or commit are of no use any more. */
async function prepareScratch(scratch: string, origin: Origin): Promise<void> {
  const text = `${JSON.stringify(origin, null, 2)}\n`;
  const file = path.join(scratch, ORIGIN_FILE);
  const before = await readFile(file, "utf8").catch(() => null);
  if (before === text) return;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  await writeFile(file, text);
}

async function fetchAll(scratch: string, repository: HubRepository, { variant, report }: PullOrder): Promise<void> {
  const listed = await repository.list();
  const { plain, networks } = neededFiles(listed, variant);
  const one = (file: RepositoryFile) =>
    withRetries(() =>
      fetchFile(file, {
        folder: scratch,
        open: repository.open,
        report: (doneBytes) => report({ file: file.path, doneBytes, totalBytes: file.sizeBytes }),
      }),
    );
  for (const file of [...plain, ...networks]) await one(file);
  const weights = new Set(networks.flatMap((network) => weightsBeside(scratch, network)));
  for (const name of weights) {
    const file = listed.find(({ path: candidate }) => candidate === name);
    if (file === undefined)
      throw new MezzotintError("MODEL_CORRUPT", `the repository lacks the weights ${name} of a network`);
    await one(file);
  }
  for (const network of networks) verifyModelFile(path.join(scratch, network.path));
}

function weightsBeside(scratch: string, { path: network }: RepositoryFile): string[] {
  return listExternalFiles(path.join(scratch, network)).map((name) =>
    path.posix.join(path.posix.dirname(network), name),
  );
}

/** Tries again what may pass; files go on from where they broke off. */
async function withRetries(work: () => Promise<void>): Promise<void> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await work();
    } catch (thrown) {
      if (left === 0 || !isPassing(thrown)) throw thrown;
    }
  }
}

async function checksumsOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const files = await listModelFiles(folder);
  return Object.fromEntries(
    files
      .filter(({ path: file }) => !path.basename(file).startsWith("."))
      .map(({ path: file, sha256 }) => [file, sha256]),
  );
}
