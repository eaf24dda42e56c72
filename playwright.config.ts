import { defineConfig } from "@playwright/test";
import { CHROMIUM_ARGS, findInstalledChromium } from "./scripts/chromium.mjs";

const executablePath = findInstalledChromium();

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  // One at a time: the software adapter takes all cores there are.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 360_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    browserName: "chromium",
    ...(executablePath === undefined ? { channel: "chromium" } : {}),
    launchOptions: {
      args: CHROMIUM_ARGS,
      ...(executablePath === undefined ? {} : { executablePath }),
    },
    viewport: { width: 1280, height: 860 },
    trace: "off",
    screenshot: "only-on-failure",
  },
});
