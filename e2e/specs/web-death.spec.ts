import { expect, test } from "@playwright/test";
import { openEventClient, type EventClient } from "../stack/event-client.ts";
import { sharedDataFolder } from "../stack/shared-stack.ts";
import { findWebPid } from "../stack/start-stack.ts";
import { ask, card, expectPicture, PICTURE_WITHIN_MS, picturesIn, progressOf, signUp } from "./studio.ts";

/** The states one generation was said to be in, over all connections, repetitions left out. */
function statesHeard({ heard }: EventClient, prompt: string): string[] {
  const states = heard.flatMap(({ message }) => {
    if (message.type === "progress") return [];
    const generations = message.type === "snapshot" ? message.generations : [message.generation];
    return generations.filter(({ recipe }) => recipe.prompt === prompt).map(({ status }) => status);
  });
  return states.filter((state, place) => state !== states[place - 1]);
}

function progressHeard({ heard }: EventClient, connection: number): number[] {
  return heard.flatMap((entry) =>
    entry.connection === connection && entry.message.type === "progress" ? [entry.message.step] : [],
  );
}

test("the web app is killed while people watch: they catch up from the rows, and nothing is lost or drawn twice", async ({
  page,
  baseURL,
}) => {
  await signUp(page);
  const cookies = await page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const client = openEventClient({ url: baseURL ?? "", cookie });
  await expect.poll(() => client.heard.map(({ message }) => message.type)).toEqual(["snapshot"]);

  const prompt = "lighthouse";
  await ask(page, { prompt, count: 2, steps: 150 });
  await progressOf(page, prompt).waitFor();
  await expect.poll(() => progressHeard(client, 1).length).toBeGreaterThan(0);
  const killed = await findWebPid(sharedDataFolder());
  process.kill(killed, "SIGKILL");

  // Neither the page nor the client is told anything but that the line ended; both come back by themselves.
  const pictures = picturesIn(card(page, prompt), prompt);
  await expect(pictures).toHaveCount(2, { timeout: PICTURE_WITHIN_MS });
  for (const picture of await pictures.all()) await expectPicture(picture);
  await expect.poll(() => statesHeard(client, prompt).at(-1), { timeout: PICTURE_WITHIN_MS }).toBe("succeeded");
  await client.close();
  expect(await findWebPid(sharedDataFolder())).not.toBe(killed);

  // What was heard after the gap goes on from what was heard before it.
  expect(["queued running succeeded", "running succeeded"]).toContain(statesHeard(client, prompt).join(" "));
  const afterGap = client.heard.filter(({ connection }) => connection > 1);
  expect(afterGap[0]?.message.type).toBe("snapshot");
  const last = Math.max(...progressHeard(client, 1));
  for (const step of progressHeard(client, 2)) expect(step).toBeGreaterThanOrEqual(last);
  const final = afterGap.flatMap(({ message }) => {
    const all =
      message.type === "snapshot" ? message.generations : message.type === "generation" ? [message.generation] : [];
    return all.filter((generation) => generation.status === "succeeded");
  });
  expect(final[0]).toMatchObject({ recipe: { prompt }, attempts: 1, images: [{}, {}] });
});
