import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/seed.ts"],
    testTimeout: 20_000,
    // Two cores are what a small machine has; tests that start processes share them.
    maxWorkers: 2,
  },
});
