import type { Page } from "@playwright/test";

const FOLDER = process.env["SIGNET_SHOTS"];
const NARROW = { width: 400, height: 860 };

/** Takes a picture of the whole screen where `SIGNET_SHOTS` names a folder; a test never needs one. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (FOLDER === undefined) return;
  await page.screenshot({ path: `${FOLDER}/${name}.png`, fullPage: true });
}

/** The same screen light, dark and on a telephone. */
export async function shootAll(page: Page, name: string): Promise<void> {
  if (FOLDER === undefined) return;
  const size = page.viewportSize();
  await shoot(page, name);
  await page.emulateMedia({ colorScheme: "dark" });
  await shoot(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(NARROW);
  await shoot(page, `${name}-400`);
  if (size !== null) await page.setViewportSize(size);
}
