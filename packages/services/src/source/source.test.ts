import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { SOURCE_BYTES_MAX } from "@mezzotint/contracts/source";
import { createDatabase } from "@mezzotint/db/client";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ServiceContext } from "../context.ts";
import { getOrder } from "../generation/get-order.ts";
import { getGeneration } from "../generation/get.ts";
import { requestGeneration } from "../generation/request.ts";
import { getImage } from "../image/get.ts";
import { openImageFile } from "../image/open-file.ts";
import { setImageVisibility } from "../image/set-visibility.ts";
import { announceModels } from "../model/announce.ts";
import { actAs, claimOne, completeClaimed, createWorker, MODEL, requestOf } from "../testing/fixture.ts";
import { sourceFromImage } from "./from-image.ts";
import { openSourceFile } from "./open-file.ts";
import { readSourceHeader } from "./read-header.ts";
import { uploadSource } from "./upload.ts";

const folder = await mkdtemp(join(tmpdir(), "mezzotint-source-"));
const base: ServiceContext = {
  db: createDatabase(await useTestDatabase()),
  storage: createFileStorage(folder),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
let owner: ServiceContext;
let stranger: ServiceContext;
let worker: ServiceContext;

beforeAll(async () => {
  const { prisma } = base.db;
  owner = actAs(base, { kind: "user", ...(await createTeam(prisma, { name: "Ada" })) });
  stranger = actAs(base, { kind: "user", ...(await createTeam(prisma, { name: "Eve" })) });
  worker = await createWorker(base);
  await announceModels({ ctx: worker, input: { models: [MODEL] } });
});
afterAll(async () => {
  await base.db.close();
  await rm(folder, { recursive: true });
});

/** A gray PNG; the checksums of its chunks are left at nought, which nobody who only reads the header minds. */
function pngOf(width: number, height: number, shade = 0): Uint8Array {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc(Math.min(width + 1, 100), shade);
  const chunk = (type: string, data: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type, "latin1"), data, Buffer.alloc(4)]);
  };
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return Buffer.concat([
    signature,
    chunk("IHDR", size),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A JPEG as far as its size, turned by an EXIF orientation. */
function jpegOf(width: number, height: number, orientation: number): Uint8Array {
  const exif = Buffer.from(
    `457869660000` + `49492a0008000000` + `0100` + `12010300010000000${orientation}000000`,
    "hex",
  );
  const length = (bytes: number) => Buffer.from([bytes >> 8, bytes & 255]);
  const frame = Buffer.from([8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 17, 0]);
  return Buffer.concat([
    Buffer.from("ffd8ffe1", "hex"),
    length(exif.length + 2),
    exif,
    Buffer.from("ffc0", "hex"),
    length(frame.length + 2),
    frame,
    Buffer.from("ffd9", "hex"),
  ]);
}

async function drawPicture(): Promise<{ imageId: string; storageKey: string }> {
  const { id } = await requestGeneration({ ctx: owner, input: requestOf() });
  await completeClaimed(worker, await claimOne(worker));
  const [image] = (await getGeneration({ ctx: owner, input: { generationId: id } })).images;
  const imageId = image?.id ?? "";
  const { etag } = await openImageFile({ ctx: owner, input: { imageId } });
  return { imageId, storageKey: etag.slice(1, -1) };
}

test("a picture is taken as it is, and the same bytes are one source however often they come", async () => {
  const bytes = pngOf(40, 30);
  const views = await Promise.all(
    Array.from({ length: 4 }, () => uploadSource({ ctx: owner, input: { kind: "image" }, bytes })),
  );
  expect(new Set(views.map(({ id }) => id)).size).toBe(1);
  const [view] = views;
  expect(view).toEqual({ id: view?.id, kind: "image", width: 40, height: 30, url: `/sources/${view?.id}` });
  const file = await openSourceFile({ ctx: owner, input: { sourceId: view?.id ?? "" } });
  expect(file.format).toBe("png");
  expect(Buffer.from(file.bytes).equals(bytes)).toBe(true);
  const asMask = await uploadSource({ ctx: owner, input: { kind: "mask" }, bytes });
  const elsewhere = await uploadSource({ ctx: stranger, input: { kind: "image" }, bytes });
  expect(new Set([view?.id, asMask.id, elsewhere.id]).size).toBe(3);
});

test("a photograph that lies on its side counts as it is seen", () => {
  expect(readSourceHeader(jpegOf(400, 300, 1))).toEqual({ format: "jpeg", width: 400, height: 300 });
  expect(readSourceHeader(jpegOf(400, 300, 6))).toEqual({ format: "jpeg", width: 300, height: 400 });
});

test.each([
  {
    name: "a text",
    bytes: Buffer.from("<svg width='10' height='10'/>"),
    code: "INVALID_INPUT",
    words: "no PNG, JPEG or WebP (29 bytes)",
  },
  { name: "nothing", bytes: new Uint8Array(), code: "INVALID_INPUT", words: "(0 bytes)" },
  { name: "a GIF", bytes: Buffer.from("GIF89a\x10\x00\x10\x00"), code: "INVALID_INPUT", words: "no PNG, JPEG or WebP" },
  {
    name: "a PNG of 20 bytes",
    bytes: pngOf(40, 30).subarray(0, 20),
    code: "INVALID_INPUT",
    words: "The png file is damaged",
  },
  {
    name: "a JPEG without a size",
    bytes: Buffer.from("ffd8ffe00004", "hex"),
    code: "INVALID_INPUT",
    words: "The jpeg file is damaged",
  },
  { name: "no pixels", bytes: pngOf(0, 30), code: "INVALID_INPUT", words: "0 × 30" },
  {
    name: "too many pixels",
    bytes: pngOf(20_000, 20_000),
    code: "LIMIT_EXCEEDED",
    words: "at most 67108864 pixels; this has 20000 × 20000",
  },
  {
    name: "too many bytes",
    bytes: new Uint8Array(SOURCE_BYTES_MAX + 1),
    code: "LIMIT_EXCEEDED",
    words: "at most 25 MB; this has 26214401 bytes",
  },
])("$name is refused with the numbers, and nothing is kept", async ({ bytes, code, words }) => {
  const before = await base.db.prisma.sourceFile.count();
  await expect(uploadSource({ ctx: owner, input: { kind: "image" }, bytes })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(words),
  });
  expect(await base.db.prisma.sourceFile.count()).toBe(before);
});

test("a request that starts from a picture makes a recipe with the hashes of the files", async () => {
  const { imageId, storageKey } = await drawPicture();
  const source = await sourceFromImage({ ctx: owner, input: { imageId } });
  expect(source).toMatchObject({ kind: "image", width: 64, height: 64 });
  const mask = await uploadSource({ ctx: owner, input: { kind: "mask" }, bytes: pngOf(64, 64, 255) });
  const view = await requestGeneration({
    ctx: owner,
    input: requestOf({ source: source.id, mask: mask.id, strength: 0.5 }),
  });
  expect(view).toMatchObject({ source, mask, recipe: { source: storageKey, strength: 0.5 } });
  const order = await getOrder({ ctx: worker, input: { generationId: view.id } });
  expect(await base.storage.has(order.recipe.mask ?? "")).toBe(true);
  await completeClaimed(worker, await claimOne(worker));
  const [made] = (await getGeneration({ ctx: owner, input: { generationId: view.id } })).images;
  const drawn = { imageId: made?.id ?? "" };
  expect(await getImage({ ctx: owner, input: drawn })).toMatchObject({ source, mask });
  // The picture may be everybody's; what it was made from stays the team's.
  await setImageVisibility({ ctx: owner, input: { ...drawn, visibility: "public" } });
  expect(await getImage({ ctx: stranger, input: drawn })).toMatchObject({ source: null, mask: null });
  expect(await getImage({ ctx: base, input: drawn })).toMatchObject({ source: null, mask: null });
});

test("what a request starts from is checked against the team and the model", async () => {
  const mine = await uploadSource({ ctx: owner, input: { kind: "image" }, bytes: pngOf(8, 8, 3) });
  const mask = await uploadSource({ ctx: owner, input: { kind: "mask" }, bytes: pngOf(8, 8, 4) });
  const ask = (ctx: ServiceContext, changes: object) => requestGeneration({ ctx, input: requestOf(changes) });
  await expect(ask(stranger, { source: mine.id, strength: 0.5 })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(ask(owner, { source: mask.id, strength: 0.5 })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(ask(owner, { mask: mask.id })).rejects.toThrow("A mask needs a picture");
  await expect(ask(owner, { source: mine.id })).rejects.toThrow("needs a strength");
  await expect(ask(owner, { strength: 0.5 })).rejects.toThrow("Strength goes with a picture");
  await expect(ask(owner, { source: mine.id, strength: 0.1 })).rejects.toThrow("0.1 of 4 steps leaves none");
  await expect(ask(owner, { source: mine.id, strength: 1.1 })).rejects.toThrow("at most 1");
});

test("a picture becomes a source of whoever may see it, and of nobody else", async () => {
  const { imageId } = await drawPicture();
  await expect(sourceFromImage({ ctx: stranger, input: { imageId } })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(sourceFromImage({ ctx: base, input: { imageId } })).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  await setImageVisibility({ ctx: owner, input: { imageId, visibility: "public" } });
  const [mine, theirs] = await Promise.all(
    [owner, stranger].map((ctx) => sourceFromImage({ ctx, input: { imageId } })),
  );
  expect(theirs?.id).not.toBe(mine?.id);
});

test("viewers of a team bring nothing", async () => {
  if (owner.actor.kind !== "user") throw new Error(owner.actor.kind);
  const { teamId } = owner.actor;
  const viewer = actAs(base, { kind: "user", ...(await createTeam(base.db.prisma, { teamId, role: "viewer" })) });
  const upload = uploadSource({ ctx: viewer, input: { kind: "image" }, bytes: pngOf(8, 8) });
  await expect(upload).rejects.toMatchObject({ code: "FORBIDDEN" });
});
