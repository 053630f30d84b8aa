import { expect, test } from "@playwright/test";
import { openEventClient } from "../stack/event-client.ts";
import { openProxy, type Proxy } from "../stack/open-proxy.ts";
import { startSecondWeb } from "../stack/start-second-web.ts";
import { createDataFolder, removeDataFolder, startStack } from "../stack/start-stack.ts";
import { ask, card, expectPicture, PICTURE_WITHIN_MS, picturesIn, progressOf, signUp } from "./studio.ts";

let proxy: Proxy;
const undo: (() => Promise<unknown>)[] = [];

test.skip(process.platform !== "linux", "the second web process gets its variables from /proc");

test.beforeAll(async () => {
  const dataFolder = await createDataFolder();
  undo.push(() => removeDataFolder(dataFolder));
  proxy = await openProxy();
  undo.push(proxy.close);
  const stack = await startStack(dataFolder, { BETTER_AUTH_URL: proxy.url });
  undo.push(stack.stop);
  const second = await startSecondWeb(dataFolder);
  undo.push(second.stop);
  const first = /answers on (\S+)/.exec(stack.output())?.[1] ?? "";
  proxy.targets.push(first, second.url);
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
