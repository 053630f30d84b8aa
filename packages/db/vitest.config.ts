import { defineConfig } from "vitest/config";

/** The limits end what hangs; they are no expectation. */
export default defineConfig({
  test: {
    globalSetup: "./src/testing/global-setup.ts",
    hookTimeout: 600_000,
    testTimeout: 600_000,
    expect: { poll: { timeout: 300_000 } },
  },
});
