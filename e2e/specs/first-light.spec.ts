import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { expectAccessible } from "./accessibility.ts";
import { readPngText } from "./png-text.ts";
import { ask, card, expectPicture, picturesIn, progressOf, signIn, signUp } from "./studio.ts";

const PROMPT = "red apple";

test("sign up, type a prompt, see the picture come, keep it and share it", async ({ page, browser }) => {
  await signUp(page);
  const askedAt = performance.now();
  await ask(page, { prompt: PROMPT });
  const picture = picturesIn(card(page, PROMPT), PROMPT);
  await expectPicture(picture);
  const seconds = ((performance.now() - askedAt) / 1000).toFixed(1);
  test.info().annotations.push({ type: "seconds from click to picture", description: seconds });
  console.log(`    from click to picture: ${seconds} s`);

  // A reload loses nothing, not even in the middle of the work.
  const later = "green apple";
  await ask(page, { prompt: later, steps: 150 });
  await expect(progressOf(page, later)).toHaveAttribute("aria-valuenow", /[1-9]/);
  await page.reload();
  await expect(card(page, later)).toBeVisible();
  await expectPicture(picture);
  await expectPicture(picturesIn(card(page, later), later));

  await picture.click();
  await expect(page).toHaveURL(/\/images\//);
  await expect(page.getByRole("heading", { level: 1, name: PROMPT })).toBeVisible();
  const recipe = page.getByRole("region", { name: "Recipe" });
  for (const term of ["Model", "Sampler", "Steps", "Guidance", "Seed", "Recipe id"]) {
    await expect(recipe.getByText(term, { exact: true })).toBeVisible();
  }

  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download PNG" }).click();
  const texts = readPngText(await readFile(await (await downloading).path()));
  expect(JSON.parse(texts.get("mezzotint") ?? "null")).toMatchObject({ prompt: PROMPT });
  expect(texts.get("parameters")).toContain(PROMPT);
  expect(texts.get("parameters")).toMatch(/Steps: \d+.*Seed: \d+/);

  const address = page.url();
  await page.goto("/gallery");
  await expectPicture(picturesIn(page.getByRole("main"), PROMPT));

  // Nobody else sees it until it is public.
  const visitor = await browser.newContext();
  const visit = await visitor.newPage();
  await visit.goto(address);
  await expect(visit.getByRole("heading", { level: 1, name: PROMPT })).toHaveCount(0);
  await page.goto(address);
  const published = page.waitForResponse((response) => response.url().includes("image.setVisibility"));
  await page.getByRole("switch", { name: "Public" }).click();
  expect((await published).ok()).toBe(true);
  await expect(page.getByRole("switch", { name: "Public" })).toBeChecked();
  await visit.goto(address);
  await expect(visit.getByRole("heading", { level: 1, name: PROMPT })).toBeVisible();
  await visit.goto("/gallery");
  await expectPicture(picturesIn(visit.getByRole("main"), PROMPT).first());
  await visitor.close();
});

test("a removed picture can be brought back, and a file that did not come at first comes later", async ({ page }) => {
  await signUp(page);
  await ask(page, { prompt: "green pear" });
  await expectPicture(picturesIn(card(page, "green pear"), "green pear"));
  await picturesIn(card(page, "green pear"), "green pear").click();
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(page).toHaveURL(/\/gallery$/);
  await expect(picturesIn(page.getByRole("main"), "green pear")).toHaveCount(0);
  let refused = 0;
  await page.route("**/files/*.png", (route) => (refused++ === 0 ? route.abort() : route.continue()));
  await page.getByRole("button", { name: "Bring it back" }).click();
  await expectPicture(picturesIn(page.getByRole("main"), "green pear"));
  expect(refused).toBeGreaterThan(1);
});

test("name and password can be changed, and the old password no longer opens", async ({ page, browser }) => {
  const person = await signUp(page);
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("link", { name: "Name and password" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Account" })).toBeVisible();
  await expect(page.getByRole("dialog", { name: "Account" })).toHaveCount(0);
  await page.getByLabel("Name", { exact: true }).fill("Ada L.");
  await page.getByRole("button", { name: "Change name" }).click();
  await expect(page.getByText("Name changed")).toBeVisible();
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByLabel("Current password")).toBeFocused();
  await page.getByLabel("Current password").fill("not this one");
  await page.getByLabel("New password").fill("blue vitriol");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("is another one");
  await expectAccessible(page);
  await page.getByLabel("Current password").fill(person.password);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Password changed")).toBeVisible();

  const elsewhere = await (await browser.newContext()).newPage();
  await elsewhere.goto("/sign-in");
  await signIn(elsewhere, person);
  await expect(elsewhere.getByRole("main").getByRole("alert")).toContainText("do not belong together");
  await signIn(elsewhere, { ...person, password: "blue vitriol" });
  await elsewhere.getByRole("button", { name: "Account" }).click();
  await expect(elsewhere.getByText("Ada L.")).toBeVisible();
  await elsewhere.context().close();
});

test("no page has serious accessibility violations in either theme", async ({ page }) => {
  for (const path of ["/", "/sign-in", "/sign-up", "/gallery"]) {
    await page.goto(path);
    await expectAccessible(page);
  }
  await signUp(page);
  await expectAccessible(page);
  await ask(page, { prompt: "panda" });
  const picture = picturesIn(card(page, "panda"), "panda");
  await expectPicture(picture);
  await expectAccessible(page);
  await picture.click();
  await expect(page.getByRole("heading", { level: 1, name: "panda" })).toBeVisible();
  await expectAccessible(page);
  await page.goto("/gallery");
  await expectPicture(picturesIn(page.getByRole("main"), "panda"));
  await expectAccessible(page);
});

test("works on a phone: nothing runs off the screen, and pictures can be made", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const expectItFits = async () => {
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, `${page.url()} is ${overflow} px too wide`).toBeLessThanOrEqual(0);
  };
  for (const path of ["/", "/sign-in", "/sign-up", "/gallery"]) {
    await page.goto(path);
    await expectItFits();
  }
  await signUp(page);
  await expectItFits();
  await ask(page, { prompt: "rocket" });
  const picture = picturesIn(card(page, "rocket"), "rocket");
  await expectPicture(picture);
  await expectItFits();
  await picture.click();
  await expect(page.getByRole("heading", { level: 1, name: "rocket" })).toBeVisible();
  await expectItFits();
});

test("everything from sign-up to picture works with the keyboard alone", async ({ page }) => {
  await page.goto("/sign-up");
  await page.keyboard.type("Grace");
  await page.keyboard.press("Tab");
  await page.keyboard.type(`grace-${Date.now()}@example.org`);
  await page.keyboard.press("Tab");
  await page.keyboard.type("burnished copper");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/generate$/);
  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  await prompt.focus();
  await page.keyboard.type("pizza");
  await page.keyboard.press("Control+Enter");
  await expectPicture(picturesIn(card(page, "pizza"), "pizza"));
});
