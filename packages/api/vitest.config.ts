import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { globalSetup: "@mezzotint/db/testing/global-setup", hookTimeout: 60_000, testTimeout: 30_000 },
});
