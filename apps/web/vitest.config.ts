import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["src/**/*.test.{ts,tsx}"], testTimeout: 600_000, hookTimeout: 600_000 },
});
