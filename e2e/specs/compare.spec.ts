import { expect, test, type Page } from "@playwright/test";
import { expectAccessible } from "./accessibility.ts";
import { signUp } from "./studio.ts";

const RUN_WITHIN_MS = 240_000;
const PROMPTS = 12;

async function startRun(page: Page, steps: number): Promise<string> {
  await page.goto("/runs/new");
  await page.getByLabel("Name").fill(`${steps} steps`);
  await page.getByRole("textbox", { name: "Steps" }).fill(String(steps));
  await page.getByRole("button", { name: "Start the run" }).click();
  await expect(page).toHaveURL(/\/runs\/run_/);
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

test("two runs are started in the browser, finish, are compared with intervals, and a vote round yields a table", async ({
  page,
}) => {
  test.setTimeout(3 * RUN_WITHIN_MS);
  await signUp(page);
  const runIds = [await startRun(page, 10), await startRun(page, 30)];
  for (const id of runIds) {
    await page.goto(`/runs/${id}`);
    await expect(page.getByText(`Done: ${PROMPTS} pictures`)).toBeVisible({ timeout: RUN_WITHIN_MS });
  }

  await page.goto("/runs");
  for (const steps of [10, 30]) await page.getByLabel(`Choose ${steps} steps for comparison`).check();
  await page.getByRole("link", { name: "Compare 2" }).click();
  const table = page.getByRole("table", { name: "Scores of runs" });
  await expect(table.getByText(new RegExp(`\\d to \\d.*n = ${PROMPTS}`)).first()).toBeVisible();
  await expect(table.getByText(/not distinguishable|better|worse/).first()).toBeVisible();
  await expectAccessible(page);

  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  expect((await downloading).suggestedFilename()).toBe("comparison.csv");

  await page.getByRole("button", { name: "Start voting" }).click();
  for (let vote = 1; vote <= 3; vote++) {
    const left = page.getByRole("button", { name: "The left one is better" });
    await expect(left).toBeVisible();
    const shown = await left.getByRole("img").getAttribute("src");
    expect(shown).toMatch(/^\/ballots\/blt_[0-9a-f]+\/left\.png$/);
    await page.keyboard.press(vote === 2 ? "ArrowRight" : "ArrowLeft");
    await expect(page.getByText(new RegExp(`^${vote} votes by one person`))).toBeVisible();
    await expect(page.locator(`img[src="${shown}"]`)).toHaveCount(0);
  }
  await expect(page.getByRole("table", { name: "Standing by votes" }).getByRole("row")).toHaveCount(3);
});
