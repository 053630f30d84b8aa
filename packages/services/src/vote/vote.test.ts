import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { newId } from "@mezzotint/contracts/ids";
import { Protocol } from "@mezzotint/contracts/protocol";
import { createDatabase } from "@mezzotint/db/client";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ServiceContext } from "../context.ts";
import { announceModels } from "../model/announce.ts";
import { importPromptSet } from "../prompt-set/import.ts";
import { createRun } from "../run/create.ts";
import { actAs, claimOne, completeClaimed, createWorker, MODEL, requestOf } from "../testing/fixture.ts";
import { castVote } from "./cast.ts";
import { nextPair } from "./next-pair.ts";
import { openBallotFile } from "./open-ballot-file.ts";
import { stripPng } from "./strip-png.ts";
import { readVoteTable } from "./table.ts";

// These tests draw and complete whole runs, which takes a while on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const folder = await mkdtemp(join(tmpdir(), "mezzotint-votes-"));
const base: ServiceContext = {
  db: createDatabase(await useTestDatabase()),
  storage: createFileStorage(folder),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
let person: ServiceContext;
let stranger: ServiceContext;
let runIds: string[];

beforeAll(async () => {
  const worker = await createWorker(base);
  await announceModels({ ctx: worker, input: { models: [MODEL] } });
  person = actAs(base, { kind: "user", ...(await createTeam(base.db.prisma, {})) });
  stranger = actAs(base, { kind: "user", ...(await createTeam(base.db.prisma, {})) });
  const { promptSet } = await importPromptSet({ ctx: person, input: { title: "Four", text: "one\ntwo\nthree\nfour" } });
  runIds = [];
  for (const steps of [1, 2, 3]) {
    const { prompt: _, ...settings } = requestOf({ steps });
    const input = { ...settings, name: `${steps} steps`, promptSetId: promptSet.id };
    runIds.push((await createRun({ ctx: person, input })).id);
    for (let i = 0; i < 4; i++) await completeClaimed(worker, await claimOne(worker));
    await base.db.prisma.job.updateMany({ where: { kind: "evaluate" }, data: { runAt: new Date("2100-01-01") } });
  }
});
afterAll(async () => {
  await base.db.close();
  await rm(folder, { recursive: true });
});

function protocolOf(digit: string): Protocol {
  const where = { variant: null, extractor: digit.repeat(64), preprocessing: "none", dimensions: 3, reference: null };
  return Protocol.parse({ metric: "clip-score", ...where, n: 4, convention: null, unreadable: [] });
}

type Shown = { readonly left: string; readonly right: string; readonly promptIndex: number };

const judge = async (wanted: (shown: Shown) => "left" | "right" | "tie") => {
  const pair = await nextPair({ ctx: person, input: { runIds } });
  if (pair === null) return false;
  expect(JSON.stringify(pair)).not.toMatch(/run_|img_/);
  const ballot = await base.db.prisma.ballot.findUniqueOrThrow({ where: { id: pair.id } });
  const left = ballot.left === "a" ? ballot.runAId : ballot.runBId;
  const right = ballot.left === "a" ? ballot.runBId : ballot.runAId;
  const shown = await castVote({
    ctx: person,
    input: { ballotId: pair.id, choice: wanted({ left, right, promptIndex: ballot.promptIndex }) },
  });
  expect(shown).toEqual({ left: { runId: left }, right: { runId: right } });
  await expect(castVote({ ctx: person, input: { ballotId: pair.id, choice: "tie" } })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  return true;
};

test("a round of blind votes asks about every pair once and yields a table with intervals", async () => {
  expect(await readVoteTable({ ctx: person, input: { runIds } })).toMatchObject({ votes: 0, ranks: [], pairs: [] });
  const strength = (id: string) => runIds.indexOf(id);
  const asked: string[] = [];
  // The last prompt goes against the order, so that everybody loses now and then.
  const choose = ({ left, right, promptIndex }: Shown) => {
    asked.push([left, right].toSorted().join(" "));
    return strength(left) > strength(right) === (promptIndex !== 3) ? "left" : "right";
  };
  while (await judge(choose));
  expect(asked).toHaveLength(12);
  // The pair of runs with the fewest votes goes first, so each of the three has had its turn before any has another.
  for (let i = 0; i < 12; i += 3) expect(new Set(asked.slice(i, i + 3)).size).toBe(3);
  const table = await readVoteTable({ ctx: person, input: { runIds } });
  expect(table).toMatchObject({ votes: 12, voters: 1 });
  expect(table.ranks.map(({ runId }) => runId)).toEqual(runIds.toReversed());
  expect(table.pairs).toHaveLength(3);
  for (const { votes, difference } of table.pairs) {
    expect(votes).toBe(4);
    expect(Number(difference?.low)).toBeLessThan(Number(difference?.high));
  }
  await expect(readVoteTable({ ctx: stranger, input: { runIds } })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(nextPair({ ctx: stranger, input: { runIds } })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("the metric that sides with the votes has their agreement", async () => {
  const { prisma } = base.db;
  const protocolId = "a".repeat(64);
  const shared = { metricId: "clip-score", protocolId };
  for (const [place, runId] of runIds.entries()) {
    const known = {
      protocol: protocolOf("c"),
      value: place,
      n: 4,
      missing: 0,
      picturesHash: "b",
      details: {},
      leftOut: [],
      seconds: 0,
    };
    await prisma.score.create({ data: { runId, ...shared, ...known } });
    const images = await prisma.image.findMany({ where: { generation: { runId } }, select: { id: true } });
    await prisma.imageScore.createMany({
      data: images.map(({ id }) => ({ runId, ...shared, imageId: id, value: place })),
    });
  }
  const { agreement } = await readVoteTable({ ctx: person, input: { runIds } });
  expect(agreement).toEqual([expect.objectContaining({ metric: "clip-score", votes: 12, tau: 1 })]);
  expect(agreement[0]?.share).toMatchObject({ value: 0.75 });

  // Values of another extractor are values of something else: neither pictures nor runs are ordered by the two together.
  await prisma.score.updateMany({ where: { runId: runIds[2] ?? "" }, data: { protocol: protocolOf("d") } });
  const apart = await readVoteTable({ ctx: person, input: { runIds } });
  expect(apart.agreement).toEqual([expect.objectContaining({ metric: "clip-score", votes: 4, tau: null })]);
});

test("pictures of a ballot are bare pixels, for the voter only and while it is open", async () => {
  const chunk = (type: string, data: Buffer) => {
    const frame = Buffer.alloc(12 + data.length);
    frame.writeUInt32BE(data.length, 0);
    frame.write(type, 4, "latin1");
    data.copy(frame, 8);
    return frame;
  };
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const drawn = [
    chunk("IHDR", Buffer.alloc(13)),
    chunk("IDAT", deflateSync(Buffer.alloc(4))),
    chunk("IEND", Buffer.alloc(0)),
  ];
  const [head, body, end] = drawn as [Buffer, Buffer, Buffer];
  const secret = chunk("tEXt", Buffer.from("parameters\0steps 3"));
  const file = Buffer.concat([signature, head, secret, chunk("tIME", Buffer.alloc(7)), body, end]);
  const storageKey = await base.storage.put(file);
  const bare = Buffer.concat([signature, ...drawn]);
  expect(Buffer.from(stripPng(file))).toEqual(bare);
  expect(() => stripPng(file.subarray(0, 20))).toThrow("no PNG");
  expect(() => stripPng(Buffer.from("hello"))).toThrow("no PNG");

  const { prisma } = base.db;
  await prisma.image.updateMany({ data: { storageKey } });
  const [a, b] = await prisma.image.findMany({ take: 2, orderBy: { id: "asc" } });
  const [runAId = "", runBId = ""] = runIds.toSorted();
  const actor = person.actor.kind === "user" ? person.actor : { userId: "", teamId: "" };
  const ballot = {
    id: newId("vote"),
    runAId,
    runBId,
    imageAId: a?.id ?? "",
    imageBId: b?.id ?? "",
    left: "a" as const,
  };
  await prisma.ballot.create({
    data: { ...ballot, teamId: actor.teamId, userId: actor.userId, promptIndex: 0, seed: "0" },
  });
  const asked = { ballotId: ballot.id, side: "left" } as const;
  expect(Buffer.from(await openBallotFile({ ctx: person, input: asked }))).toEqual(bare);
  await expect(openBallotFile({ ctx: stranger, input: asked })).rejects.toMatchObject({ code: "NOT_FOUND" });
});
