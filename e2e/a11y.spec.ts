import { expectAccessible } from "./support/axe.ts";
import { openDemo, startRun } from "./support/steps.ts";
import { expect, test } from "./support/studio.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`no screen has a serious problem, ${colorScheme}`, async ({ page, studio }) => {
    await page.emulateMedia({ colorScheme });
    for (const path of ["", "audit", "challenges", "runs", "settings"]) {
      await page.goto(`${studio.origin}/#/${path}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expectAccessible(page, `screen "${path}"`);
    }
    await openDemo(page, studio.origin);
    await expect(page.getByTestId("model-card")).toContainText("1,369,728");
    await expectAccessible(page, "a model's sheet");
    await startRun(page, { pairs: 2, device: "cpu", maxSteps: 400 });
    await expect(page.getByTestId("phase")).toHaveAttribute("data-phase", "embed", {
      timeout: 120_000,
    });
    await expectAccessible(page, "a run");
    await page.getByRole("button", { name: "Cancel run" }).click();
    await expect(page.getByRole("alertdialog").or(page.getByRole("dialog"))).toBeVisible();
    await expectAccessible(page, "a dialog");
  });
}

test("the first steps need no mouse", async ({ page, studio }) => {
  await page.goto(`${studio.origin}/`);
  await expect(page.getByTestId("use-demo")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByTestId("use-demo").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("settings-card")).toBeVisible();
});
