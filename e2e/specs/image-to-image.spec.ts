import { createHash } from "node:crypto";
import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { expectAccessible } from "./accessibility.ts";
import { readPng, writePng, type Pixels } from "./png-pixels.ts";
import { readPngText } from "./png-text.ts";
import { ask, card, chooseSource, download, expectPicture, picturesIn, signUp, sourcePanel } from "./studio.ts";

const WHITE = [255, 255, 255];
const RED = [214, 40, 40];

/** A red disc on white, 64 × 64. */
const DISC = writePng(64, 64, (x, y) => ((x - 32) ** 2 + (y - 32) ** 2 < 20 ** 2 ? RED : WHITE));

/** The mean difference of two pictures over the places that count, in levels of 255. */
function difference(a: Pixels, b: Pixels, counts: (x: number, y: number) => boolean): number {
  const differences: number[] = [];
  for (let i = 0; i < a.data.length; i++) {
    const place = Math.floor(i / 3);
    if (counts(place % a.width, Math.floor(place / a.width)))
      differences.push(Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0)));
  }
  expect(differences.length).toBeGreaterThan(100);
  return differences.reduce((sum, value) => sum + value, 0) / differences.length;
}

/** Draws a line over the mask, from and to shares of its sides. */
async function paint(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const box = await page.getByRole("application", { name: /^Mask/ }).boundingBox();
  if (box === null) throw new Error("There is no mask to paint on.");
  await page.mouse.move(box.x + from[0] * box.width, box.y + from[1] * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + to[0] * box.width, box.y + to[1] * box.height, { steps: 8 });
  await page.mouse.up();
}

/** How much of the mask is painted, from 0 to 1. */
function paintedShare(page: Page): Promise<number> {
  return page.getByRole("application", { name: /^Mask/ }).evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) return Number.NaN;
    const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    let painted = 0;
    for (let i = 3; i < data.length; i += 4) painted += (data[i] ?? 0) >= 128 ? 1 : 0;
    return painted / (canvas.width * canvas.height);
  });
}

test("a picture starts from a drawing, says so, and everything comes back when it is reused", async ({ page }) => {
  await signUp(page);
  await chooseSource(page, { name: "disc.png", mimeType: "image/png", buffer: DISC });
  await expect(sourcePanel(page)).toContainText("64 × 64");
  await expectAccessible(page);
  await page.getByRole("textbox", { name: "Strength" }).fill("0.5");
  const prompt = "green apple";
  await ask(page, { prompt });
  const picture = picturesIn(card(page, prompt), prompt);
  await expectPicture(picture);
  const png = await download(page, picture);
  expect(JSON.parse(readPngText(png).get("mezzotint") ?? "null")).toMatchObject({
    prompt,
    strength: 0.5,
    source: createHash("sha256").update(DISC).digest("hex"),
  });
  // Half of the way back the corners of a disc on white are still white.
  const isCorner = (x: number, y: number) => (x - 32) ** 2 + (y - 32) ** 2 > 38 ** 2;
  expect(difference(readPng(png), readPng(DISC), isCorner)).toBeLessThan(20);

  // The form is as it was after a reload.
  await page.reload();
  await expect(sourcePanel(page)).toContainText("64 × 64");
  await expect(page.getByRole("textbox", { name: "Strength" })).toHaveValue("0.5");
  await sourcePanel(page).getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("textbox", { name: "Strength" })).toHaveCount(0);

  // The file itself says what made it.
  await page.getByRole("textbox", { name: "Prompt", exact: true }).fill("something else");
  await chooseSource(page, { name: "made.png", mimeType: "image/png", buffer: png });
  await sourcePanel(page).getByRole("button", { name: "Reuse settings" }).click();
  await expect(page.getByRole("textbox", { name: "Prompt", exact: true })).toHaveValue(prompt);
  await expect(page.getByText("The same seed and settings draw the same picture.")).toBeVisible();

  await picture.click();
  await expect(page.getByRole("heading", { level: 1, name: prompt })).toBeVisible();
  await expect(page.getByRole("region", { name: "Recipe" }).getByText("Strength", { exact: true })).toBeVisible();
  await expectPicture(page.getByRole("region", { name: "Started from" }).getByRole("img", { name: "Source" }));
  await page.getByRole("radio", { name: "Before and after" }).click();
  const line = page.getByRole("slider", { name: "How much of the source is shown" });
  await line.focus();
  await page.keyboard.press("ArrowRight");
  await expect(line).toHaveValue("51");
  await expectAccessible(page);

  await page.getByRole("link", { name: "Reuse settings" }).click();
  await expect(page).toHaveURL(/\/generate$/);
  await expect(sourcePanel(page)).toContainText("64 × 64");
  await expect(page.getByRole("textbox", { name: "Strength" })).toHaveValue("0.5");
});

test("what a mask leaves out stays, what it covers is drawn anew", async ({ page }) => {
  await signUp(page);
  await chooseSource(page, { name: "disc.png", mimeType: "image/png", buffer: DISC });
  await page.getByRole("button", { name: "Paint mask" }).click();
  await expect(page.getByRole("dialog", { name: "Paint a mask" })).toBeVisible();
  expect(await paintedShare(page)).toBe(0);

  // Every tool does what it says, by pointer and by key.
  await paint(page, [0.2, 0.5], [0.4, 0.5]);
  const line = await paintedShare(page);
  expect(line).toBeGreaterThan(0.01);
  await page.keyboard.press("Control+z");
  await expect.poll(() => paintedShare(page)).toBe(0);
  await page.keyboard.press("Control+Shift+z");
  await expect.poll(() => paintedShare(page)).toBe(line);
  await page.getByRole("button", { name: "Invert" }).click();
  await expect.poll(() => paintedShare(page)).toBeGreaterThan(0.8);
  await page.getByRole("button", { name: "Clear" }).click();
  await expect.poll(() => paintedShare(page)).toBe(0);
  const mask = page.getByRole("application", { name: /^Mask/ });
  await mask.focus();
  await page.keyboard.press("Space");
  await expect.poll(() => paintedShare(page)).toBeGreaterThan(0);
  const dab = await paintedShare(page);
  await page.keyboard.press("x");
  await expect(page.getByRole("radio", { name: "Erase" })).toBeChecked();
  await page.keyboard.press("Space");
  await expect.poll(() => paintedShare(page)).toBeLessThan(dab / 2);
  await page.keyboard.press("x");
  await expectAccessible(page);

  // The left half, in broad strokes.
  for (let press = 0; press < 6; press++) await page.keyboard.press("]");
  await paint(page, [0.1, 0], [0.1, 1]);
  await paint(page, [0.25, 0], [0.25, 1]);
  await page.getByRole("button", { name: "Use this mask" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(sourcePanel(page).getByRole("img", { name: /^Mask/ })).toBeVisible();

  await page.getByRole("textbox", { name: "Strength" }).fill("1");
  const prompt = "blue heart";
  await ask(page, { prompt });
  const picture = picturesIn(card(page, prompt), prompt);
  await expectPicture(picture);
  const [made, disc] = [readPng(await download(page, picture)), readPng(DISC)];
  const kept = difference(made, disc, (x) => x >= 52);
  const anew = difference(made, disc, (x) => x < 24);
  console.log(`    kept within ${kept.toFixed(1)} levels, drawn anew by ${anew.toFixed(1)}`);
  expect(kept).toBeLessThan(16);
  expect(anew).toBeGreaterThan(kept);

  // The mask can be taken up again where it was left.
  await page.getByRole("button", { name: "Change mask" }).click();
  await expect.poll(() => paintedShare(page)).toBeGreaterThan(0.3);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("button", { name: "Use this mask" }).click();
  await expect(page.getByRole("button", { name: "Paint mask" })).toBeVisible();
});

test("files that are no pictures are refused with the reason, and nothing breaks", async ({ page }) => {
  await signUp(page);
  await chooseSource(page, { name: "notes.png", mimeType: "image/png", buffer: Buffer.from("not a picture at all") });
  await expect(sourcePanel(page).getByRole("alert")).toContainText("no PNG, JPEG or WebP (20 bytes)");
  const wide = writePng(96, 48, () => RED);
  await chooseSource(page, { name: "wide.png", mimeType: "image/png", buffer: wide });
  await expect(sourcePanel(page).getByRole("alert")).toHaveCount(0);
  await expect(sourcePanel(page)).toContainText("squeezed to 64 × 64");
  await page.getByRole("button", { name: "Crop instead" }).click();
  await expect(sourcePanel(page)).toContainText("48 × 48");

  // A page of somebody else's cannot send files here, and strangers see none.
  const { origin } = new URL(page.url());
  const foreign = await page.request.post("/api/sources?kind=image", {
    headers: { origin: "https://elsewhere.example", "content-type": "image/png" },
    data: DISC,
  });
  expect(foreign.status()).toBe(403);
  const own = await page.request.post("/api/sources?kind=image", { headers: { origin }, data: DISC });
  expect(own.status()).toBe(201);
  const { url } = await own.json();
  expect((await page.request.get(url)).ok()).toBe(true);
  const large = await page.request.post("/api/sources?kind=image", {
    headers: { origin },
    data: Buffer.concat([DISC], 25 * 1024 * 1024 + 1),
  });
  expect(large.status()).toBe(413);
  expect((await large.json()).message).toContain("at most 25 MB");
  await page.context().clearCookies();
  expect((await page.request.get(url)).status()).toBe(404);
  expect((await page.request.post("/api/sources?kind=image", { headers: { origin }, data: DISC })).status()).toBe(401);
});

test("any picture can be the next one's source, on a phone as well", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const expectItFits = async () => {
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, `${page.url()} is ${overflow} px too wide`).toBeLessThanOrEqual(0);
  };
  await signUp(page);
  await ask(page, { prompt: "panda" });
  const picture = picturesIn(card(page, "panda"), "panda");
  await expectPicture(picture);
  await picture.click();
  await page.getByRole("link", { name: "Use as source" }).click();
  await expect(page).toHaveURL(/\/generate$/);
  await expect(sourcePanel(page)).toContainText("64 × 64");
  await expectItFits();
  await page.getByRole("button", { name: "Paint mask" }).click();
  await expect(page.getByRole("button", { name: "Use this mask" })).toBeInViewport();
  await expectItFits();
  await paint(page, [0.3, 0.3], [0.7, 0.7]);
  await page.getByRole("button", { name: "Use this mask" }).click();
  await ask(page, { prompt: "panda with a hat" });
  await expectPicture(picturesIn(card(page, "panda with a hat"), "panda with a hat"));
});
