import { MezzotintError } from "@mezzotint/contracts/errors";
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { sizeOf } from "./parameter-scope.ts";
import type { ArenaSection, ParameterArena } from "../optimizer/parameter-arena.ts";

/** What a checkpoint keeps; gradients are recomputed. */
const savedSections = ["parameters", "firstMoments", "secondMoments", "ema"] as const satisfies ArenaSection[];
export type SavedSection = (typeof savedSections)[number];

const parameterSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().positive()),
  decay: z.boolean(),
  learningRateScale: z.number(),
});

const stateSchema = z.object({
  recipeId: z.string(),
  recipeHash: z.string(),
  /** Steps taken, skipped ones included: the number of the next step. */
  step: z.int().nonnegative(),
  optimizerSteps: z.int().nonnegative(),
  elapsedSeconds: z.number().nonnegative(),
  samples: z.int().nonnegative(),
  smoothedLoss: z.number().nullable(),
  skippedSteps: z.int().nonnegative(),
  skippedInARow: z.int().nonnegative(),
});

const headerSchema = z.object({ version: z.literal(1), state: stateSchema, parameters: z.array(parameterSchema) });

export type CheckpointState = Readonly<z.infer<typeof stateSchema>>;
export type CheckpointParameter = Readonly<z.infer<typeof parameterSchema>>;

/** A checkpoint read and verified. */
export interface Checkpoint {
  readonly state: CheckpointState;
  readonly parameters: readonly CheckpointParameter[];
  /** The numbers of one parameter; `ema` holds the weights to sample with and to export. */
  values(section: SavedSection, name: string): Float32Array<ArrayBuffer>;
}

const magic = Buffer.from("MZTCKPT1");
const digestSizeBytes = 32;
const prefixSizeBytes = magic.length + 4;

/**
 * Writes one checkpoint so that `path` holds either the whole new file or whatever it held before: a `.partial` file
 * is written, flushed to the disk and renamed. Layout: magic, header length (uint32 little-endian), header (JSON),
 * float32 little-endian values section by section in the order of the header, SHA-256 of all that.
 */
export async function writeCheckpointFile(path: string, arena: ParameterArena, state: CheckpointState): Promise<void> {
  const parameters = parameterTable(arena);
  const header = Buffer.from(JSON.stringify({ version: 1, state, parameters }));
  const prefix = Buffer.alloc(prefixSizeBytes);
  magic.copy(prefix);
  prefix.writeUInt32LE(header.length, magic.length);
  const partialPath = `${path}.partial`;
  const file = await open(partialPath, "w");
  try {
    const hash = createHash("sha256");
    for (const bytes of [prefix, header]) await append(file, hash, bytes);
    for (const section of savedSections) {
      for (const { name } of parameters) await append(file, hash, bytesOf(arena.view(section, name)));
    }
    await file.write(hash.digest());
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partialPath, path);
  await syncFolder(dirname(path));
}

/** Reads and verifies one checkpoint; throws MODEL_CORRUPT with the sizes for a file that is cut short or altered. */
export async function readCheckpointFile(path: string): Promise<Checkpoint> {
  const bytes = await readFile(path);
  const corrupt = (what: string, cause?: unknown) =>
    new MezzotintError("MODEL_CORRUPT", `checkpoint ${path}: ${what}`, { cause });
  const headerEnd = bytes.length < prefixSizeBytes ? Infinity : prefixSizeBytes + bytes.readUInt32LE(magic.length);
  if (!bytes.subarray(0, magic.length).equals(magic) || headerEnd + digestSizeBytes > bytes.length) {
    throw corrupt(`not a whole checkpoint, ${bytes.length} bytes`);
  }
  const body = bytes.subarray(0, bytes.length - digestSizeBytes);
  if (!createHash("sha256").update(body).digest().equals(bytes.subarray(body.length))) {
    throw corrupt(`its ${bytes.length} bytes do not match their SHA-256`);
  }
  const header = headerSchema.safeParse(JSON.parse(bytes.toString("utf8", prefixSizeBytes, headerEnd)));
  if (!header.success) throw corrupt(`header not understood: ${z.prettifyError(header.error)}`, header.error);
  const { state, parameters } = header.data;
  const sectionSize = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const expectedSize = headerEnd + savedSections.length * sectionSize * 4 + digestSizeBytes;
  if (bytes.length !== expectedSize) throw corrupt(`expected ${expectedSize} bytes, got ${bytes.length}`);
  const places = new Map<string, { readonly start: number; readonly size: number }>();
  let start = 0;
  for (const { name, shape } of parameters) {
    places.set(name, { start, size: sizeOf(shape) });
    start += sizeOf(shape);
  }
  return {
    state,
    parameters,
    values: (section, name) => {
      const place = places.get(name);
      if (place === undefined) throw new MezzotintError("INVALID_INPUT", `checkpoint ${path}: no parameter ${name}`);
      const from = headerEnd + (savedSections.indexOf(section) * sectionSize + place.start) * 4;
      const values = new Float32Array(place.size);
      bytesOf(values).set(bytes.subarray(from, from + place.size * 4));
      return values;
    },
  };
}

/** Copies every saved section into the arena, whose parameters must be those of the checkpoint. */
export function restoreArena(arena: ParameterArena, checkpoint: Checkpoint): void {
  for (const section of savedSections) {
    for (const { name } of arena.entries) arena.view(section, name).set(checkpoint.values(section, name));
  }
}

/** The part of the declarations that decides what a step does to a parameter, in memory order. */
export function parameterTable(arena: ParameterArena): readonly CheckpointParameter[] {
  return arena.entries.map(({ name, shape, decay, learningRateScale }) => ({
    name,
    shape: [...shape],
    decay,
    learningRateScale,
  }));
}

function bytesOf(values: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

async function append(file: FileHandle, hash: Hash, bytes: Uint8Array): Promise<void> {
  hash.update(bytes);
  let written = 0;
  while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
}

/** Makes the rename itself durable. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
