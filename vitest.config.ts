import { defineConfig } from "vitest/config";

/** For every workspace without a configuration of its own. The limits end what hangs; they are no expectation. */
export default defineConfig({
  test: { hookTimeout: 600_000, testTimeout: 600_000, expect: { poll: { timeout: 300_000 } } },
});
