import { expect, type Locator, type Page } from "@playwright/test";

/** Presses a button that asks for a wallet, the header's without another, and takes one from the list. */
export async function chooseWallet(
  page: Page,
  { name = "Test Wallet", button }: { name?: string; button?: Locator } = {},
): Promise<void> {
  await (button ?? page.locator("header").getByTestId("connect")).click();
  await page.getByRole("dialog").getByRole("button", { name }).click();
}

/** Chooses the wallet and waits until the page has its account. */
export async function connectWallet(
  page: Page,
  choice: { name?: string; button?: Locator } = {},
): Promise<void> {
  await chooseWallet(page, choice);
  await expect(page.getByTestId("account")).toBeVisible();
  // The list has a moment of its own to leave; what is behind it cannot be used before.
  await expect(page.getByRole("dialog")).toHaveCount(0);
}
