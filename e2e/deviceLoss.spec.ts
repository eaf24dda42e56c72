import { copyOfDemo, keepLayers } from "./support/damage.ts";
import { openFolder, runCheckpointed, runFinished, startRun } from "./support/steps.ts";
import { expect, test } from "./support/studio.ts";

const EMBEDDING_MS = 240_000;
let model: string;

test.beforeAll(async () => {
  model = await copyOfDemo();
  await keepLayers(model, 1);
});

test("a lost GPU is replaced and the run goes on from its checkpoint", async ({
  page,
  browser,
  studio,
}) => {
  await openFolder(page, studio.origin, model);
  await startRun(page, { pairs: 2, device: "webgpu", maxSteps: 100 });
  const phase = page.getByTestId("phase");
  await expect(phase).toHaveAttribute("data-phase", "embed", { timeout: EMBEDDING_MS });
  await expect(page.getByTestId("run-step")).toHaveText(/[1-9]/, { timeout: EMBEDDING_MS });
  const session = await browser.newBrowserCDPSession();
  await session.send("Browser.crashGpuProcess");
  await expect(page.getByTestId("recovered")).toBeVisible({ timeout: 60_000 });
  await runFinished(page);
});

test("a worker that dies is replaced and the run goes on", async ({ page, studio, watched }) => {
  await openFolder(page, studio.origin, model);
  await startRun(page, { pairs: 2, device: "cpu", maxSteps: 100 });
  const phase = page.getByTestId("phase");
  await expect(phase).toHaveAttribute("data-phase", "embed", { timeout: EMBEDDING_MS });
  await runCheckpointed(page);
  const worker = page.workers().find((each) => each.url().includes("train"));
  expect(worker).toBeDefined();
  await worker?.evaluate(() => {
    setTimeout(() => {
      throw new Error("killed by the test");
    });
  });
  await expect(page.getByTestId("recovered")).toBeVisible({ timeout: 60_000 });
  await runFinished(page);
  watched.pageErrors = watched.pageErrors.filter((text) => !text.includes("killed by the test"));
});
