import { openDemo, PASSPHRASE, runCheckpointed, runFinished, startRun } from "./support/steps.ts";
import { expect, test } from "./support/studio.ts";

test("a run survives a reload of its tab", async ({ page, studio }) => {
  await openDemo(page, studio.origin);
  await startRun(page, { pairs: 2, device: "cpu", maxSteps: 60 });
  await expect(page.getByTestId("phase")).toHaveAttribute("data-phase", "embed", {
    timeout: 120_000,
  });
  await runCheckpointed(page);
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  const card = page.getByTestId("resume-card");
  await expect(card).toContainText("2 pairs");

  await card.getByLabel("Passphrase of the run").fill("not the passphrase");
  await card.getByTestId("resume-run").click();
  await expect(page.getByTestId("run-error")).toContainText(/passphrase/i);

  await page.reload();
  await card.getByLabel("Passphrase of the run").fill(PASSPHRASE);
  await card.getByTestId("resume-run").click();
  await runFinished(page);
  await expect(page.getByTestId("save-card")).toBeVisible();
  await page.reload();
  await expect(card).toHaveCount(0);
});
