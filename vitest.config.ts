// How the tests run. Three projects: `unit` needs no more than the files here and, at most, a tool to ask; `loaders` loads
// programs into the running kernel, whose ids, tracefs and bpffs are one for the whole machine, so its files run one at a
// time and after the others; `emulated` boots a kernel of its own, which takes a while: `npm test` leaves it out.
// Timeouts end what hangs; they say nothing about speed, and leave a busy machine its time.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: ["default"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/loaders/**", "test/emulated/**"],
          globalSetup: ["test/corpora/global-setup.ts"],
          testTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "loaders",
          include: ["test/loaders/**/*.test.ts"],
          globalSetup: ["test/loaders/global-setup.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "emulated",
          include: ["test/emulated/**/*.test.ts"],
          globalSetup: ["test/emulated/global-setup.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
