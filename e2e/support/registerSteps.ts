import { expect, type Page } from "@playwright/test";
import { reviewAndSend } from "./reviewAndSend.ts";
import { PASSPHRASE } from "./steps.ts";

/** Makes a bank of the demo model in bound mode, up to the place where it is to be committed. */
export async function makeBoundBank(
  page: Page,
  { pairs, mix, maxSteps }: { pairs: number; mix?: string; maxSteps?: number },
): Promise<void> {
  await page.getByRole("link", { name: "Creator", exact: true }).first().click();
  await page.getByTestId("use-demo").click();
  const settings = page.getByTestId("settings-card");
  await settings.getByText("A block of a chain").click();
  await expect(settings.getByLabel("Owner's address")).toHaveValue(/^0x/);
  if (mix !== undefined) await settings.getByText(mix).click();
  await settings.getByLabel("Pairs", { exact: true }).fill(String(pairs));
  await settings.getByLabel("Device").selectOption("cpu");
  await settings.getByLabel("Passphrase", { exact: true }).fill(PASSPHRASE);
  await settings.getByLabel("Repeat passphrase", { exact: true }).fill(PASSPHRASE);
  if (maxSteps !== undefined) {
    await settings.getByRole("button", { name: "Advanced" }).click();
    await settings.getByLabel("Most steps").fill(String(maxSteps));
    await settings.getByLabel("Most steps").blur();
  }
  await page.getByTestId("start-run").click();
  await expect(page.getByTestId("committed")).toBeVisible({ timeout: 120_000 });
  await page.getByRole("link", { name: "Go on to the registration" }).click();
}

/** Waits until the registration has come to a step; its worker may have to seal or to train before. */
export async function atStep(page: Page, step: string): Promise<void> {
  await expect(page.getByTestId("register-steps")).toHaveAttribute("data-step", step, {
    timeout: 30_000,
  });
}

/** Sends the transaction of the step that is open. */
export async function sendStep(page: Page, action: string): Promise<void> {
  await reviewAndSend(page, `send-${action}`);
}
