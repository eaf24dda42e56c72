import { join } from "node:path";
import { audit, DEMO, runFinished, saveRun, startRun, verdictOf } from "./support/steps.ts";
import { expect, test } from "./support/studio.ts";

test("with the network off after loading, all of it still works", async ({ page, studio }) => {
  await page.goto(`${studio.origin}/`);
  await expect(page.getByTestId("use-demo")).toBeVisible();
  // The network may go once everything is stored, which the page says; what it loads itself is less.
  await expect(page.getByTestId("privacy")).toHaveAttribute("data-offline", "ready");
  await studio.stop();
  const reached = page.evaluate(() => fetch(`/icon.svg?${Math.random()}`).then(() => true));
  await expect(reached).rejects.toThrow();
  await page.getByTestId("model-dropzone").getByLabel("model folder").setInputFiles(DEMO);
  await startRun(page, { pairs: 4, device: "cpu" });
  await runFinished(page);
  const { folder } = await saveRun(page);
  await page.getByRole("link", { name: "Auditor" }).click();
  await audit(page, null, {
    suspect: join(folder, "model"),
    bank: join(folder, "bank.signet"),
    base: DEMO,
  });
  expect(await verdictOf(page)).toBe("Proven");
});
