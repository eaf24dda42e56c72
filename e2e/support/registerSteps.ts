import { expect, type Page } from "@playwright/test";
import { reviewAndSend } from "./reviewAndSend.ts";

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
