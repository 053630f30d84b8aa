import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@playwright/test";
import type { Page } from "@playwright/test";

const THEMES = ["paper", "plate"] as const;

/** Looks for serious violations on the page as it is, in both themes. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const theme of THEMES) {
    await page.evaluate(async (name) => {
      document.documentElement.dataset["theme"] = name;
      // Colours fade from one theme to the other; in the middle of it nothing is legible.
      await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
    }, theme);
    const { violations, passes } = await new AxeBuilder({ page }).analyze();
    expect(passes.length, `axe looked at nothing on ${page.url()}`).toBeGreaterThan(0);
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const found = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
    expect(found, `${page.url()} in the theme ${theme}`).toEqual([]);
  }
}
