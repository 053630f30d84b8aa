import { defineConfig } from "vitest/config";

/** The limits end what hangs; they are no expectation. */
export default defineConfig({
  test: {
    globalSetup: "@mezzotint/db/testing/global-setup",
    hookTimeout: 600_000,
    testTimeout: 600_000,
    expect: { poll: { timeout: 300_000 } },
  },
});
