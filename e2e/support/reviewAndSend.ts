import type { Locator, Page } from "@playwright/test";

/**
 * Presses a button, agrees to what its review says, and lets the wallet answer.
 *
 * @param button the button or its test id
 */
export async function reviewAndSend(page: Page, button: string | Locator): Promise<void> {
  await (typeof button === "string" ? page.getByTestId(button) : button).click();
  await page.getByTestId("open-wallet").click();
}

/** Presses a button and confirms that it is meant, in the words of the confirming button. */
export async function confirmAct(
  page: Page,
  button: string | Locator,
  words: string,
): Promise<void> {
  await (typeof button === "string" ? page.getByTestId(button) : button).click();
  await page.getByRole("alertdialog").getByRole("button", { name: words }).click();
}
