import path from "node:path";
import { expect, test } from "@playwright/test";
import { openEventClient } from "../stack/event-client.ts";
import { openProxy, type Proxy } from "../stack/open-proxy.ts";
import { createDataFolder, readDatabaseUrl, removeDataFolder, startStack } from "../stack/start-stack.ts";
import { ask, card, expectPicture, PICTURE_WITHIN_MS, picturesIn, progressOf, signUp } from "./studio.ts";

let proxy: Proxy;
const undo: (() => Promise<unknown>)[] = [];

/** A studio for the proxy, on these variables; its web process is the proxy's next target. */
async function startMachine(variables: Readonly<Record<string, string>>): Promise<string> {
  const dataFolder = await createDataFolder();
  undo.push(() => removeDataFolder(dataFolder));
  const stack = await startStack(dataFolder, {
    BETTER_AUTH_URL: proxy.url,
    BETTER_AUTH_SECRET: "one secret for both web processes",
    ...variables,
  });
  undo.push(stack.stop);
  proxy.targets.push(/answers on (\S+)/.exec(stack.output())?.[1] ?? "");
  return dataFolder;
}

test.beforeAll(async () => {
  proxy = await openProxy();
  undo.push(proxy.close);
  const first = await startMachine({});
  await startMachine({ DATABASE_URL: await readDatabaseUrl(first), MEZZOTINT_STORAGE: path.join(first, "storage") });
});

test.afterAll(async () => {
  for (const step of undo.toReversed()) await step();
});

test("two web processes behind a plain proxy are one studio: events reach the browser whichever it listens to", async ({
  browser,
}) => {
  const page = await browser.newPage({ baseURL: proxy.url });
  await signUp(page);
  const cookies = await page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const clients = proxy.targets.map((url) => openEventClient({ url, cookie }));
  await expect.poll(() => clients.map(({ heard }) => heard.length)).toEqual([1, 1]);

  const prompt = "lighthouse";
  await ask(page, { prompt, count: 2, steps: 100 });
  await progressOf(page, prompt).waitFor();
  const pictures = picturesIn(card(page, prompt), prompt);
  await expect(pictures).toHaveCount(2, { timeout: PICTURE_WITHIN_MS });
  for (const picture of await pictures.all()) await expectPicture(picture);

  for (const { heard, close } of clients) {
    const steps = () => heard.filter(({ message }) => message.type === "progress").length;
    await expect.poll(steps).toBeGreaterThan(0);
    const succeeded = () =>
      heard.some(({ message }) => message.type === "generation" && message.generation.status === "succeeded");
    await expect.poll(succeeded).toBe(true);
    expect(new Set(heard.map(({ connection }) => connection)).size).toBe(1);
    await close();
  }
  for (const target of proxy.targets) expect(proxy.served.get(target) ?? 0).toBeGreaterThan(5);
  await page.reload();
  await expect(picturesIn(card(page, prompt), prompt)).toHaveCount(2);
  await page.close();
});
