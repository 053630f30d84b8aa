import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WATCH_CHANNEL } from "@mezzotint/contracts/progress";
import { createDatabase } from "@mezzotint/db/client";
import { createListener } from "@mezzotint/db/listen";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { announceModels } from "@mezzotint/services/model/announce";
import { claimOne, completeClaimed, createWorker, MODEL, requestOf } from "@mezzotint/services/testing/fixture";
import { getViewer, type Viewer } from "@mezzotint/services/account/get-viewer";
import type { ServiceContext } from "@mezzotint/services/context";
import { reportProgress } from "@mezzotint/services/generation/report-progress";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WatchMessage } from "./generation/watch-generations.ts";
import { appRouter, createApiCaller } from "./root.ts";
import { serviceContext, type ApiContext } from "./trpc.ts";

const databaseUrl = await useTestDatabase();
const folder = await mkdtemp(join(tmpdir(), "mezzotint-api-"));
const db = createDatabase(databaseUrl);
const listener = createListener(databaseUrl);
const stranger: ApiContext = { db, listener, storage: createFileStorage(folder), viewer: null, now: () => new Date() };
let worker: ServiceContext;

beforeAll(async () => {
  worker = await createWorker(serviceContext(stranger));
  await announceModels({ ctx: worker, input: { models: [MODEL] } });
});
afterAll(async () => {
  await listener.close();
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

async function signIn(): Promise<ApiContext & { viewer: Viewer }> {
  const { userId } = await createTeam(db.prisma);
  const viewer = await getViewer({ ctx: serviceContext(stranger), input: { userId } });
  if (viewer === null) throw new Error("no viewer");
  return { ...stranger, viewer };
}

async function post(path: string, ctx: ApiContext, input: unknown) {
  const response = await fetchRequestHandler({
    endpoint: "/api/trpc",
    req: new Request(`http://web.test/api/trpc/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ json: input }),
    }),
    router: appRouter,
    createContext: () => ctx,
  });
  const body = (await response.json()) as {
    error?: { json: { message: string; data: { reason: string; fields: Record<string, string> } } };
  };
  return { status: response.status, error: body.error?.json };
}

test("strangers read public pictures and nothing else", async () => {
  const api = createApiCaller(stranger);
  await expect(api.viewer.get()).resolves.toBeNull();
  await expect(api.image.list({ scope: "public" })).resolves.toEqual({ images: [], nextCursor: null });
  const denied = [
    () => api.image.list({ scope: "team" }),
    () => api.image.remove({ imageId: "img_x" }),
    () => api.image.restore({ imageId: "img_x" }),
    () => api.image.setVisibility({ imageId: "img_x", visibility: "public" }),
    () => api.model.list(),
    () => api.generation.list({}),
    () => api.generation.get({ generationId: "gen_x" }),
    () => api.generation.cancel({ generationId: "gen_x" }),
    () => api.generation.request(requestOf()),
    () => api.generation.watch(),
    () => api.admin.overview(),
    () => api.admin.release({ jobId: "job_x" }),
    () => api.admin.discard({ jobId: "job_x" }),
  ];
  for (const call of denied) await expect(call()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
});

test("another team's things do not exist", async () => {
  const [ada, grace] = [await signIn(), await signIn()];
  const { id } = await createApiCaller(ada).generation.request(requestOf());
  await completeClaimed(worker, await claimOne(worker));
  const generation = await createApiCaller(ada).generation.get({ generationId: id });
  const imageId = generation.images[0]?.id ?? "";
  expect(imageId).toMatch(/^img_/);
  const others = createApiCaller(grace);
  const attempts = [
    () => others.generation.get({ generationId: id }),
    () => others.generation.cancel({ generationId: id }),
    () => others.image.get({ imageId }),
    () => others.image.remove({ imageId }),
    () => others.image.restore({ imageId }),
    () => others.image.setVisibility({ imageId, visibility: "public" }),
    () => createApiCaller(stranger).image.get({ imageId }),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: "NOT_FOUND" });

  await createApiCaller(ada).image.setVisibility({ imageId, visibility: "public" });
  await expect(createApiCaller(stranger).image.get({ imageId })).resolves.toMatchObject({ id: imageId, mine: false });
});

test("failures cross HTTP with status, reason and the fields they are about", async () => {
  const ada = await signIn();
  const input = await post("generation.request", ada, requestOf({ prompt: "   ", steps: 0 }));
  expect(input).toMatchObject({ status: 400, error: { data: { reason: "INVALID_INPUT" } } });
  expect(Object.keys(input.error?.data.fields ?? {}).toSorted()).toEqual(["prompt", "steps"]);

  const size = await post("generation.request", ada, requestOf({ width: 72 }));
  expect(size).toMatchObject({ status: 400, error: { data: { reason: "INVALID_INPUT" } } });
  expect(size.error?.message).toContain("72");

  const missing = await post("generation.cancel", ada, { generationId: "gen_0" });
  expect(missing).toMatchObject({ status: 404, error: { data: { reason: "NOT_FOUND" } } });
  expect(missing.error?.message).toContain("gen_0");

  const unsigned = await post("generation.request", stranger, requestOf());
  expect(unsigned).toMatchObject({ status: 401, error: { data: { reason: "UNAUTHENTICATED" } } });
});

test("a database that does not answer is told apart from a mistake of ours", async () => {
  const ada = await signIn();
  const away = createDatabase("postgresql://nobody:nothing@127.0.0.1:1/none");
  const { status, error } = await post("generation.cancel", { ...ada, db: away }, { generationId: "gen_0" });
  await away.close();
  expect(error).toMatchObject({ data: { reason: "DATABASE_UNAVAILABLE" } });
  expect(status).toBe(503);
});

test("a watch starts with the rows, tells each change and step of its team, and ends when nobody listens", async () => {
  const [ada, grace] = [await signIn(), await signIn()];
  const api = createApiCaller(ada);
  const { id } = await api.generation.request(requestOf({ steps: 2 }));
  const news = (await api.generation.watch())[Symbol.asyncIterator]();
  expect(await next(news)).toMatchObject({
    type: "snapshot",
    generations: [{ id, status: "queued", waiting: { ahead: 0 } }],
  });

  const job = await claimOne(worker);
  expect(await next(news)).toMatchObject({ type: "generation", generation: { id, status: "running" } });

  const other = await createApiCaller(grace).generation.request(requestOf());
  const teamId = ada.viewer.teamId;
  const progress = {
    ...claimOf(job),
    generationId: id,
    teamId,
    step: 1,
    steps: 2,
    preview: "data:image/webp;base64,AA",
  };
  await reportProgress({ ctx: worker, input: progress });
  expect(await next(news)).toMatchObject({ type: "progress", generationId: id, step: 1, steps: 2 });

  await completeClaimed(worker, job);
  const done = await next(news);
  expect(done).toMatchObject({ type: "generation", generation: { id, status: "succeeded", images: [{ index: 0 }] } });
  expect(JSON.stringify(done)).not.toContain(other.id);

  const second = await api.generation.request(requestOf());
  const again = await next(news);
  expect(again).toMatchObject({ type: "snapshot" });
  expect(JSON.stringify(again)).toContain(second.id);
  await news.return?.();
  expect(await news.next()).toMatchObject({ done: true });
});

test("who watches has the workers told so, as soon as something of theirs runs", async () => {
  await db.prisma.job.deleteMany();
  const [ada, grace] = [await signIn(), await signIn()];
  const heard: string[] = [];
  const leave = listener.subscribe(WATCH_CHANNEL, (generationId) => heard.push(generationId));
  await listener.ready();
  const { id } = await createApiCaller(ada).generation.request(requestOf());
  const others = (await createApiCaller(grace).generation.watch())[Symbol.asyncIterator]();
  expect(await next(others)).toEqual({ type: "snapshot", generations: [] });
  const news = (await createApiCaller(ada).generation.watch())[Symbol.asyncIterator]();
  expect(await next(news)).toMatchObject({ type: "snapshot", generations: [{ id, status: "queued" }] });
  const job = await claimOne(worker);
  expect(await next(news)).toMatchObject({ type: "generation", generation: { id, status: "running" } });
  const ending = next(news);
  await expect.poll(() => heard).toContain(id);
  expect(new Set(heard)).toEqual(new Set([id]));
  await completeClaimed(worker, job);
  expect(await ending).toMatchObject({ type: "generation", generation: { id, status: "succeeded" } });
  await Promise.all([news.return?.(), others.return?.()]);
  leave();
});

test("of several servers behind a proxy any may take the request and any other tells the news", async () => {
  // What earlier tests left waiting would be claimed first.
  await db.prisma.job.deleteMany();
  const here = await signIn();
  const there = { ...here, db: createDatabase(databaseUrl), listener: createListener(databaseUrl) };
  const news = (await createApiCaller(there).generation.watch())[Symbol.asyncIterator]();
  expect(await next(news)).toEqual({ type: "snapshot", generations: [] });
  const { id } = await createApiCaller(here).generation.request(requestOf());
  expect(JSON.stringify(await next(news))).toContain(id);
  await completeClaimed(worker, await claimOne(worker));
  let last = await next(news);
  while (last.type !== "generation" || last.generation.status !== "succeeded") last = await next(news);
  expect(last.generation.id).toBe(id);
  await news.return?.();
  await there.listener.close();
  await there.db.close();
});

test("the administrators' view is for the installation's administrators", async () => {
  const ada = await signIn();
  await expect(createApiCaller(ada).admin.overview()).rejects.toMatchObject({ code: "FORBIDDEN" });
  await db.prisma.user.update({ where: { id: ada.viewer.userId }, data: { role: "admin" } });
  const overview = await createApiCaller(ada).admin.overview();
  expect(overview.lanes.map(({ lane }) => lane)).toEqual(["interactive", "batch"]);
  await expect(createApiCaller(ada).admin.release({ jobId: "job_x" })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

function claimOf({ jobId, attemptId }: { jobId: string; attemptId: string }) {
  return { jobId, attemptId };
}

async function next(news: AsyncIterator<WatchMessage>): Promise<WatchMessage> {
  const result = await news.next();
  if (result.done === true) throw new Error("the watch ended");
  return result.value;
}
