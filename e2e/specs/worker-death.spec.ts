import { expect, test } from "@playwright/test";
import { sharedDataFolder } from "../stack/shared-stack.ts";
import { findWorkerPid } from "../stack/start-stack.ts";
import { ask, card, expectPicture, PICTURE_WITHIN_MS, picturesIn, progressOf, signUp } from "./studio.ts";

test("the worker is killed in mid-generation, and the pictures still arrive", async ({ page }) => {
  await signUp(page);
  const prompt = "fire engine";
  await ask(page, { prompt, count: 4, steps: 60 });
  await progressOf(page, prompt).waitFor();
  await expect(card(page, prompt).getByText(/step [1-9]\d* of/i)).toBeVisible();
  const killed = await findWorkerPid(sharedDataFolder());
  process.kill(killed, "SIGKILL");

  const pictures = picturesIn(card(page, prompt), prompt);
  await expect(pictures).toHaveCount(4, { timeout: PICTURE_WITHIN_MS });
  for (const picture of await pictures.all()) await expectPicture(picture);
  expect(await findWorkerPid(sharedDataFolder())).not.toBe(killed);
});

test("a generation is cancelled, says so, and leaves the worker free for the next", async ({ page }) => {
  await signUp(page);
  await ask(page, { prompt: "cactus", count: 4, steps: 150 });
  await progressOf(page, "cactus").waitFor();
  await card(page, "cactus").getByRole("button", { name: "Cancel" }).click();
  await expect(card(page, "cactus").getByText("Cancelled")).toBeVisible();
  await ask(page, { prompt: "penguin", count: 1, steps: 4 });
  await expectPicture(picturesIn(card(page, "penguin"), "penguin"));
});
