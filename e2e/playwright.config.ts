import { defineConfig } from "@playwright/test";
import { findChromium } from "./stack/find-chromium.ts";
import { STACK_URL_VARIABLE } from "./stack/shared-stack.ts";

const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "./specs",
  outputDir: "./test-results",
  globalSetup: "./stack/global-setup.ts",
  reporter: [["list"], ["json", { outputFile: "./test-results/results.json" }]],
  // One studio, one worker, two cores: the pictures of two specs would only wait for each other.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 180_000,
  globalTimeout: 30 * 60_000,
  expect: { timeout: 20_000 },
  use: {
    baseURL: process.env[STACK_URL_VARIABLE] ?? "",
    browserName: "chromium",
    viewport: { width: 1280, height: 900 },
    colorScheme: "dark",
    screenshot: "only-on-failure",
    acceptDownloads: true,
    launchOptions: {
      executablePath: findChromium().program,
      // Chromium refuses to sandbox for root. The rest keeps the browser from asking the network for anything.
      args: [
        ...(isRoot ? ["--no-sandbox"] : []),
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
});
