import { expect, test, type Page } from "@playwright/test";
import { expectAccessible } from "./accessibility.ts";
import { expectPicture, signUp } from "./studio.ts";

const RUN_WITHIN_MS = 240_000;
const ACTION_WITHIN_MS = 60_000;
const PROMPTS = 12;
const PROMPTS_AT_ONCE = 6;

async function startRun(page: Page, steps: number): Promise<string> {
  await page.goto("/runs/new");
  await page.getByLabel("Name").fill(`${steps} steps`);
  await page.getByRole("textbox", { name: "Steps" }).fill(String(steps));
  await page.getByRole("button", { name: "Start the run" }).click();
  await expect(page).toHaveURL(/\/runs\/run_/);
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

/** A run gets another name in its place; removed, it is in no list and has no page until it is brought back. */
async function renameAndRemove(page: Page, runId: string): Promise<void> {
  await page.goto(`/runs/${runId}`);
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByLabel("Name").fill(" ");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Give the run a name.")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Name").fill("many steps");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "many steps" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Rename" })).toBeFocused();
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(page).toHaveURL(/\/runs$/);
  await expect(page.getByRole("link", { name: "10 steps" })).toBeVisible();
  await expect(page.getByRole("link", { name: "many steps" })).toHaveCount(0);
  expect((await page.request.get(`/runs/${runId}`)).status()).toBe(404);
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Nothing hangs here" })).toBeVisible();
  await page.goForward();
  await page.getByRole("button", { name: "Bring it back" }).click();
  await page.getByRole("link", { name: "many steps" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "many steps" })).toBeVisible();
  await expect(page.getByText(`Done: ${PROMPTS} pictures`)).toBeVisible();
}

/** Charts come with the page, follow what is chosen, keep it in the address, and lead to the runs. */
async function seeCharts(page: Page): Promise<void> {
  const html = await (await page.request.get(page.url())).text();
  expect(html.match(/<svg role="img"/g)?.length, "charts in what the server sends").toBeGreaterThanOrEqual(3);
  const charts = page.getByRole("region", { name: "Charts" });
  await charts.getByLabel("Across").selectOption("Steps");
  await expect(page).toHaveURL(/[?&]x=steps/);
  await expect(charts.getByRole("img", { name: /^CLIP score against Steps of 2 runs\. On the front/ })).toBeVisible();
  await charts.getByRole("radio", { name: "Differences from the baseline" }).click();
  await expect(
    charts.getByRole("img", { name: /less the baseline's against Steps of 2 runs in 1 lines/ }),
  ).toBeVisible();
  await expectAccessible(page);
  const address = page.url();
  const mark = charts.getByRole("link", { name: /^30 steps: Steps 30, .*Open the run$/ }).first();
  await mark.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/runs\/run_/);
  await page.goBack();
  await expect(page).toHaveURL(address);
  await expect(charts.getByLabel("Across")).toHaveValue("steps");
}

/** Pictures of one prompt and seed, in rows, large, under a slider and as a difference. */
async function seePictures(page: Page): Promise<void> {
  const table = page.getByRole("table", { name: "Pictures by prompt and seed" });
  await expect(table.getByRole("row")).toHaveCount(1 + PROMPTS_AT_ONCE);
  const first = table.getByRole("button", { name: /10 steps: look closer$/ }).first();
  await expectPicture(first.locator("img"));
  await first.click();
  const viewer = page.getByRole("dialog");
  await expect(viewer.getByText(`1 of ${PROMPTS_AT_ONCE}`)).toBeVisible();
  await page.keyboard.press("+");
  await expect(viewer.getByText("2 ×")).toBeVisible();
  await expect(viewer.getByRole("img")).toHaveCount(2);
  await page.keyboard.press("PageDown");
  await expect(viewer.getByText(`2 of ${PROMPTS_AT_ONCE}`)).toBeVisible();
  await viewer.getByRole("radio", { name: "Slider" }).click();
  await viewer.getByLabel("Left").selectOption("10 steps");
  await viewer.getByLabel("Right").selectOption("30 steps");
  await viewer.getByRole("slider", { name: "How much of 10 steps is shown" }).press("ArrowRight");
  await expect(viewer.getByRole("slider")).toHaveAttribute("aria-valuetext", "51 percent 10 steps");
  await viewer.getByRole("radio", { name: "Difference" }).click();
  await expect(viewer.getByRole("img", { name: /^Difference: [\d.]+ of 255 on the mean/ })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(viewer).toBeHidden();
}

test("two runs are started in the browser, finish, are compared with intervals, and a vote round yields a table", async ({
  page,
}) => {
  test.setTimeout(3 * RUN_WITHIN_MS);
  page.setDefaultTimeout(ACTION_WITHIN_MS);
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
  await seeCharts(page);
  await seePictures(page);

  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  expect((await downloading).suggestedFilename()).toBe("comparison.csv");

  await page.getByRole("button", { name: "Start voting" }).click();
  for (let vote = 1; vote <= 3; vote++) {
    const left = page.getByRole("button", { name: "The left one is better" });
    await expect(left).toBeVisible();
    const shown = await left.getByRole("img").getAttribute("src");
    expect(shown).toMatch(/^\/ballots\/blt_[0-9a-f]+\/left\.png$/);
    // Nothing else on the screen may say whose picture it is.
    await expect(page.getByRole("table", { name: "Pictures by prompt and seed" })).toHaveCount(0);
    await page.keyboard.press(vote === 2 ? "ArrowRight" : "ArrowLeft");
    await expect(page.getByText(new RegExp(`^${vote} votes? by one person`))).toBeVisible();
    await expect(page.locator(`img[src="${shown}"]`)).toHaveCount(0);
  }
  await page.keyboard.press("Escape");
  await expect(page.getByRole("table", { name: "Standing by votes" }).getByRole("row")).toHaveCount(3);
  await renameAndRemove(page, runIds[1] ?? "");
});
