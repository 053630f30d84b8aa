import { expect, test } from "@playwright/test";
import { commandOf, descendantsOf, isAlive, survivors } from "../stack/processes.ts";
import { createDataFolder, removeDataFolder, spawnStack, startStack } from "../stack/start-stack.ts";
import type { Stack } from "../stack/start-stack.ts";

const GONE_WITHIN_MS = 30_000;

let dataFolder = "";
let started: Stack[] = [];

async function start(): Promise<Stack> {
  const stack = await startStack(dataFolder);
  started.push(stack);
  return stack;
}

test.beforeEach(async () => {
  dataFolder = await createDataFolder();
});

test.afterEach(async () => {
  for (const stack of started) if (isAlive(stack.pid)) await stack.stop();
  started = [];
  await removeDataFolder(dataFolder);
});

async function signUpByHand(url: string): Promise<number> {
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ name: "Ada", email: "ada@example.org", password: "burnished copper" }),
  });
  return response.status;
}

test("Ctrl-C ends everything with exit code 0, and the next start has the data", async () => {
  const first = await start();
  expect(await signUpByHand(first.url)).toBe(200);
  const children = descendantsOf(first.pid);
  expect(children.length).toBeGreaterThanOrEqual(4);
  // npm and the terminal both deliver one Ctrl-C.
  first.process.kill("SIGINT");
  first.process.kill("SIGINT");
  expect(await first.ended).toBe(0);
  expect(await survivors(children, GONE_WITHIN_MS)).toEqual([]);

  const second = await start();
  expect(await signUpByHand(second.url), "the account is there already").toBe(422);
  expect(await second.stop()).toBe(0);
});

test("kill -9 leaves nothing running, and a new start works at once", async () => {
  const first = await start();
  expect(await signUpByHand(first.url)).toBe(200);
  const children = descendantsOf(first.pid);
  expect(children.length).toBeGreaterThanOrEqual(4);
  first.process.kill("SIGKILL");
  await first.ended;

  const second = await start();
  expect(await signUpByHand(second.url), "the account is there already").toBe(422);
  expect(await survivors(children, GONE_WITHIN_MS)).toEqual([]);
  expect(await second.stop()).toBe(0);
});

test("a second start on the same data says who is there, and a dead web app comes back", async () => {
  const first = await start();
  const second = await spawnStack(dataFolder);
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`${dataFolder} is in use by the running process ${first.pid}`);

  const before = await fetch(`${first.url}/api/health`);
  expect(before.status).toBe(200);
  const web = descendantsOf(first.pid).find((pid) => commandOf(pid).includes("next"));
  if (web === undefined) throw new Error("No web process was found.");
  process.kill(web, "SIGKILL");
  await expect
    .poll(
      () =>
        fetch(`${first.url}/api/health`).then(
          (response) => response.status,
          () => 0,
        ),
      { timeout: 60_000 },
    )
    .toBe(200);
  expect(first.output()).toMatch(/web +ended by itself \(SIGKILL\); again in 0\.5 s/);
});
