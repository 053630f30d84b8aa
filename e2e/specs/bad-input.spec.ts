import { expect, test } from "@playwright/test";
import { ask, card, expectPicture, picturesIn, signIn, signUp } from "./studio.ts";

test("an empty or endless prompt is refused in the form, and nothing is sent", async ({ page }) => {
  await signUp(page);
  let requests = 0;
  page.on("request", (request) => (requests += request.url().includes("generation.request") ? 1 : 0));
  await page.getByRole("button", { name: "Generate", exact: true }).click();
  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  await expect(prompt).toHaveAttribute("aria-invalid", "true");
  await expect(prompt).toHaveAccessibleDescription(/\S/);
  await ask(page, { prompt: "apple ".repeat(1_700) });
  await expect(prompt).toHaveAttribute("aria-invalid", "true");
  await expect(prompt).toHaveAccessibleDescription(/2000|2,000/);
  expect(requests).toBe(0);

  await ask(page, { prompt: "mushroom" });
  await expectPicture(picturesIn(card(page, "mushroom"), "mushroom"));
});

test("numbers out of range are refused in the form with the numbers", async ({ page }) => {
  await signUp(page);
  const steps = page.getByRole("textbox", { name: "Steps" });
  await ask(page, { prompt: "owl", steps: 5_000 });
  await expect(page.getByText(/at most \d+/i)).toBeVisible();
  await page.getByPlaceholder("Random").fill("seven");
  await expect(page.getByText("A seed is a whole number from 0 to")).toBeVisible();
  await page.getByRole("button", { name: "A new seed each time" }).click();
  await steps.fill("4");
  await steps.blur();
  await page.getByRole("button", { name: "Generate", exact: true }).click();
  await expectPicture(picturesIn(card(page, "owl"), "owl"));
});

test("several requests on their way are cancelled with one press", async ({ page }) => {
  await signUp(page);
  const prompts = ["owl", "fox", "bear"];
  for (const prompt of prompts) {
    await ask(page, { prompt, steps: 900 });
    await expect(card(page, prompt)).toBeVisible();
  }
  await page.getByRole("button", { name: "Cancel all 3" }).click();
  for (const prompt of prompts) await expect(card(page, prompt).getByText("Cancelled")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Cancel all/ })).toHaveCount(0);
});

test("an expired sign-in leads to the sign-in page and back, and nothing typed is lost", async ({ page, context }) => {
  const person = await signUp(page);
  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  await prompt.fill("lighthouse");
  await context.clearCookies();
  // Whoever notices first: the click, or the page itself when it asks for news.
  const left = page.waitForURL(/\/sign-in\?.*reason=expired/);
  await Promise.race([page.getByRole("button", { name: "Generate", exact: true }).click(), left]);
  await left;
  await expect(page.getByRole("status")).toBeVisible();
  await signIn(page, person);
  await expect(page).toHaveURL(/\/generate$/);
  await expect(prompt).toHaveValue("lighthouse");
  await page.getByRole("button", { name: "Generate", exact: true }).click();
  await expectPicture(picturesIn(card(page, "lighthouse"), "lighthouse"));
});

test("signing in and up say what is wrong", async ({ page }) => {
  const person = await signUp(page);
  await page.context().clearCookies();
  await page.goto("/sign-up");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Email")).toHaveAccessibleDescription(/email/i);
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("account with this email");
  await page.goto("/sign-in");
  await signIn(page, { ...person, password: "not this one" });
  await expect(page.getByRole("main").getByRole("alert")).toContainText("do not belong together");
});

test("the API refuses what the form would not send, with a sentence", async ({ page }) => {
  await signUp(page);
  const request = (input: Record<string, unknown>) =>
    page.evaluate(async (body) => {
      const response = await fetch("/api/trpc/generation.request", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ json: body }),
      });
      return { status: response.status, text: await response.text() };
    }, input);
  const good = {
    model: "no such model",
    prompt: "owl",
    negativePrompt: "",
    count: 1,
    seed: null,
    steps: 4,
    guidanceScale: 4,
    scheduler: "FlowMatchEulerDiscreteScheduler",
    width: 64,
    height: 64,
    visibility: "team",
  };
  for (const wrong of [
    {},
    { model: "mini", steps: -1 },
    { model: "mini", steps: null },
    { model: "mini", width: 65 },
    { model: "mini", scheduler: "NoSuchScheduler" },
    { model: "mini", count: 1_000_000 },
  ]) {
    const { status, text } = await request({ ...good, ...wrong });
    expect(status, text).toBeGreaterThanOrEqual(400);
    expect(status, text).toBeLessThan(500);
    expect(text).toContain("message");
  }
});
