import { randomUUID } from "node:crypto";
import { expect } from "@playwright/test";
import type { Locator, Page } from "@playwright/test";

/** What people do in the studio, in their words: the only file that knows where a control is. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Long enough for a machine that is busy with everything else. */
export const PICTURE_WITHIN_MS = 120_000;

export function newPerson(name = "Ada"): Person {
  return { name, email: `${name.toLowerCase()}-${randomUUID()}@example.org`, password: "burnished copper" };
}

export async function signUp(page: Page, person: Person = newPerson()): Promise<Person> {
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(/\/generate$/);
  return person;
}

export async function signIn(page: Page, person: Person): Promise<void> {
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export interface Wish {
  readonly prompt: string;
  readonly count?: number;
  readonly steps?: number;
}

/** Fills in the form and sends it; the page stays. */
export async function ask(page: Page, wish: Wish): Promise<void> {
  if (wish.count !== undefined) await page.getByRole("textbox", { name: "Pictures" }).fill(String(wish.count));
  if (wish.steps !== undefined)
    await page.getByRole("textbox", { name: "Steps", exact: true }).fill(String(wish.steps));
  await page.getByRole("textbox", { name: "Prompt", exact: true }).fill(wish.prompt);
  await page.getByRole("button", { name: "Generate", exact: true }).click();
}

export async function chooseModel(page: Page, title: string): Promise<void> {
  await page.getByRole("combobox", { name: "Model" }).click();
  await page.getByRole("option", { name: title }).click();
  await expect(page.getByRole("combobox", { name: "Model" })).toContainText(title);
}

/** The bytes of a picture on the page. */
export async function download(page: Page, picture: Locator): Promise<Buffer> {
  const address = await picture.getAttribute("src");
  const response = await page.request.get(address ?? "");
  expect(response.ok()).toBe(true);
  return response.body();
}

/** The part of the form that says what a picture starts from. */
export function sourcePanel(page: Page): Locator {
  return page.getByRole("region", { name: "Picture to start from" });
}

export async function chooseSource(
  page: Page,
  file: { readonly name: string; readonly mimeType: string; readonly buffer: Buffer },
): Promise<void> {
  await page.getByLabel("File to start from").setInputFiles(file);
}

/** The card of the newest generation with this prompt. */
export function card(page: Page, prompt: string): Locator {
  return page.getByRole("article", { name: prompt, exact: true }).first();
}

export function progressOf(page: Page, prompt: string): Locator {
  return card(page, prompt).getByRole("progressbar");
}

export function picturesIn(place: Locator, prompt: string): Locator {
  return place.getByRole("img", { name: prompt, exact: true });
}

/** Waits until the picture is there and has really been decoded. */
export async function expectPicture(picture: Locator, timeoutMs = PICTURE_WITHIN_MS): Promise<void> {
  await expect(picture).toBeVisible({ timeout: timeoutMs });
  await expect
    .poll(() => picture.evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0)))
    .toBeGreaterThan(0);
}
