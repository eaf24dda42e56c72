import { findInstalledChromium } from "../scripts/chromium.mjs";
import { openDemo, startRun } from "./support/steps.ts";
import { expect, test } from "./support/studio.ts";

const executablePath = findInstalledChromium();

// Without the flag for its software adapter, Chromium offers no WebGPU on a machine without a GPU.
test.use({
  launchOptions: {
    args: ["--no-sandbox", "--disable-gpu"],
    ...(executablePath === undefined ? {} : { executablePath }),
  },
});

test("without WebGPU the run goes on the processor, after saying so", async ({ page, studio }) => {
  await openDemo(page, studio.origin);
  await startRun(page, { pairs: 2, device: "auto" });
  await expect(page.getByTestId("device-notice")).toContainText(/processor/i, { timeout: 60_000 });
  await expect(page.getByTestId("keys-card")).toContainText("2 of 2 keys accepted", {
    timeout: 120_000,
  });
});

test("who insists on WebGPU is told that there is none", async ({ page, studio }) => {
  await openDemo(page, studio.origin);
  await startRun(page, { pairs: 2, device: "webgpu" });
  const error = page.getByTestId("run-error");
  await expect(error.getByTestId("error-code")).toHaveText("GPU_UNAVAILABLE", { timeout: 60_000 });
  await expect(error).toContainText(/processor|CPU/);
});
