import { readFile } from "node:fs/promises";
import type { Download, Locator, Page } from "@playwright/test";

/** Presses what saves a file, and keeps the file under a path. */
export async function saveAs(page: Page, button: Locator, path: string): Promise<string> {
  await (await downloadBy(page, button)).saveAs(path);
  return path;
}

/** Presses what saves a file of JSON, and reads it. */
export async function savedJson(page: Page, button: Locator): Promise<unknown> {
  const download = await downloadBy(page, button);
  return JSON.parse(await readFile(await download.path(), "utf8"));
}

/** Listens before it presses: a small file is there at once. */
async function downloadBy(page: Page, button: Locator): Promise<Download> {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return download;
}
