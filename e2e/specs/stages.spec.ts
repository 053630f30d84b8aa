import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { expectAccessible } from "./accessibility.ts";
import { readPng } from "./png-pixels.ts";
import { readPngText } from "./png-text.ts";
import { ask, card, chooseModel, download, expectPicture, picturesIn, signUp } from "./studio.ts";

function recipeOf(png: Buffer): Record<string, unknown> {
  return JSON.parse(readPngText(png).get("mezzotint") ?? "null");
}

async function expectItFits(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `${page.url()} is ${overflow} px too wide`).toBeLessThanOrEqual(0);
}

/** The newest picture of the feed, which has more than `before` of them. */
async function newestPicture(page: Page, prompt: string, before: number): Promise<Buffer> {
  await expect(page).toHaveURL(/\/generate$/);
  await expect(page.getByRole("article", { name: prompt, exact: true })).toHaveCount(before + 1);
  const picture = picturesIn(card(page, prompt), prompt);
  await expectPicture(picture);
  return download(page, picture);
}

test("a cascade shows its stages, runs a later one anew, and gives all of it back", async ({ page }) => {
  const prompt = "a small red apple";
  await signUp(page);
  await chooseModel(page, "tiny-cascade");
  const stages = page.getByRole("region", { name: "Stages" });
  await expect(stages).toContainText("1. Base, 16 × 16");
  await expect(stages).toContainText("2. Enlarge, 32 × 32");
  await page.getByRole("textbox", { name: "Stage 2 steps" }).fill("5");
  await page.getByRole("textbox", { name: "Stage 2 noise" }).fill("700");
  await expectAccessible(page);
  await ask(page, { prompt, steps: 6 });
  const first = await newestPicture(page, prompt, 0);
  expect(recipeOf(first)).toMatchObject({ steps: 6, stages: [{ steps: 5, guidanceScale: 4, noiseLevel: 700 }] });

  await picturesIn(card(page, prompt), prompt).click();
  await expect(page.getByRole("heading", { level: 1, name: prompt })).toBeVisible();
  const recipe = page.getByRole("region", { name: "Recipe" });
  await expect(recipe).toContainText("5 steps, guidance 4, noise 700");
  const timeline = page.getByRole("region", { name: "Stages" });
  await expect(timeline.getByRole("listitem")).toHaveCount(2);
  for (const [place, size] of ["16 × 16", "32 × 32"].entries()) {
    const stage = timeline.getByRole("listitem").nth(place);
    await expectPicture(stage.getByRole("img"));
    await expect(stage).toContainText(size);
    await expect(stage).toContainText(/Time\s*[\d.]+ m?s/);
  }
  await expectAccessible(page);
  const small = await download(page, timeline.getByRole("img").first());

  await timeline.getByRole("button", { name: "Run this stage anew" }).click();
  const second = await newestPicture(page, prompt, 1);
  expect(recipeOf(second)).toMatchObject({
    steps: 6,
    stageInput: { stage: 1 },
    stages: [{ steps: 5, noiseLevel: 700 }],
  });
  expect(readPng(second).data).not.toEqual(readPng(first).data);

  await picturesIn(card(page, prompt), prompt).click();
  await expect(page.getByRole("region", { name: "Recipe" })).toContainText("Begins at");
  await expect(page.getByRole("region", { name: "Stages" }).getByRole("listitem")).toHaveCount(1);
  await page.getByRole("link", { name: "Reuse settings" }).click();
  await expect(page).toHaveURL(/\/generate$/);
  await expect(page.getByRole("region", { name: "Taken over from the recipe" })).toContainText("Begins at stage 2");
  await expect(page.getByRole("textbox", { name: "Stage 2 steps" })).toHaveValue("5");
  await expect(page.getByRole("textbox", { name: "Stage 2 noise" })).toHaveValue("700");
  await expect(page.getByRole("textbox", { name: "Steps", exact: true })).toHaveValue("6");
  // The same seed on the same small picture is the same picture.
  await page.getByRole("button", { name: "Generate", exact: true }).click();
  expect(readPng(await newestPicture(page, prompt, 2)).data).toEqual(readPng(second).data);
  expect(readPng(small)).toMatchObject({ width: 16, height: 16 });
});

test("what unCLIP saw in a picture is drawn again with another seed, on a phone as well", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const prompt = "a small green apple";
  await signUp(page);
  await page.getByRole("button", { name: "More settings" }).click();
  await chooseModel(page, "tiny-unclip");
  await ask(page, { prompt });
  const first = await newestPicture(page, prompt, 0);
  await picturesIn(card(page, prompt), prompt).click();
  await expect(page.getByRole("heading", { level: 1, name: prompt })).toBeVisible();
  await expectItFits(page);
  await page.getByRole("button", { name: "Same idea, new seed" }).click();
  const second = await newestPicture(page, prompt, 1);
  expect(recipeOf(second)["imageEmbedding"]).toMatch(/^[0-9a-f]{64}$/);
  expect(readPng(second).data).not.toEqual(readPng(first).data);

  await picturesIn(card(page, prompt), prompt).click();
  await expect(page.getByRole("region", { name: "Recipe" })).toContainText("Kept idea");
  await expectItFits(page);
  await page.getByRole("link", { name: "Reuse settings" }).click();
  await expect(page.getByRole("region", { name: "Taken over from the recipe" })).toContainText(
    "the idea kept of a picture",
  );
  await page.getByRole("button", { name: "Generate", exact: true }).click();
  expect(readPng(await newestPicture(page, prompt, 2)).data).toEqual(readPng(second).data);
});
