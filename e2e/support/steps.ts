import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { ROOT } from "../../scripts/lib/paths.mjs";
import { expect } from "./studio.ts";
import { unzip } from "./unzip.ts";

export const DEMO = join(ROOT, "public/demo");
export const PASSPHRASE = "seven calm otters map the reef";
/** Bound mode: a few pairs are then enough for a proof. */
export const BEACON = "5f".repeat(32);
const RUN_MS = 240_000;

export interface RunSettings {
  pairs: number;
  device: "auto" | "webgpu" | "cpu";
  maxSteps?: number;
}

export async function openDemo(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/`);
  await page.getByTestId("use-demo").click();
  await expect(page.getByTestId("settings-card")).toBeVisible();
}

export async function openFolder(page: Page, origin: string, folder: string): Promise<void> {
  await page.goto(`${origin}/`);
  await page.getByTestId("model-dropzone").getByLabel("model folder").setInputFiles(folder);
  await expect(page.getByTestId("settings-card")).toBeVisible();
}

/** Fills the bank's settings and presses the one button. */
export async function startRun(page: Page, settings: RunSettings): Promise<void> {
  const card = page.getByTestId("settings-card");
  await card.getByLabel("Pairs", { exact: true }).fill(String(settings.pairs));
  await card.getByLabel("Device").selectOption(settings.device);
  await card.getByLabel("Passphrase", { exact: true }).fill(PASSPHRASE);
  await card.getByLabel("Repeat passphrase", { exact: true }).fill(PASSPHRASE);
  await card.getByRole("button", { name: "Advanced" }).click();
  await card.getByLabel("Beacon").fill(BEACON);
  if (settings.maxSteps !== undefined) {
    await card.getByLabel("Most steps").fill(String(settings.maxSteps));
    await card.getByLabel("Most steps").blur();
  }
  await page.getByTestId("start-run").click();
}

/** Waits until a run keeps a checkpoint: it writes one with every tenth step, before the eleventh. */
export async function runCheckpointed(page: Page): Promise<void> {
  const step = page.getByTestId("run-step");
  await expect(step).toHaveText(/^(1[1-9]|[2-9]\d)$/, { timeout: RUN_MS });
}

export async function runFinished(page: Page): Promise<void> {
  const status = page.getByTestId("run-status");
  await expect(status).toHaveAttribute("data-status", /done|failed/, { timeout: RUN_MS });
  await expect(status).toHaveAttribute("data-status", "done");
}

/** Saves everything as one archive and unpacks it; returns the folder with model and bank. */
export async function saveRun(page: Page): Promise<{ folder: string; names: string[] }> {
  await page.getByTestId("save-run").click();
  const dialog = page.getByRole("dialog");
  const downloading = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download as one archive" }).click();
  const download = await downloading;
  const folder = await mkdtemp(join(tmpdir(), "signet-e2e-"));
  const archive = join(folder, "saved.zip");
  await download.saveAs(archive);
  const names = await unzip(archive, folder);
  const top = names[0].split("/")[0];
  return { folder: join(folder, top), names: names.map((name) => name.slice(top.length + 1)) };
}

export interface AuditInputs {
  suspect: string;
  bank: string;
  base?: string;
  passphrase?: string;
  device?: "auto" | "webgpu" | "cpu";
}

/** Fills the auditor's form; without an origin on the page that is open. */
export async function audit(page: Page, origin: string | null, inputs: AuditInputs): Promise<void> {
  if (origin !== null) await page.goto(`${origin}/#/audit`);
  await page
    .getByTestId("suspect-dropzone")
    .getByLabel("suspect folder")
    .setInputFiles(inputs.suspect);
  await page.getByTestId("bank-dropzone").getByLabel("bank files").setInputFiles(inputs.bank);
  if (inputs.base !== undefined) {
    await page.getByTestId("base-dropzone").getByLabel("base folder").setInputFiles(inputs.base);
  }
  await page
    .getByLabel("Passphrase of the bank", { exact: true })
    .fill(inputs.passphrase ?? PASSPHRASE);
  await page
    .getByTestId("audit-form")
    .getByLabel("Device")
    .selectOption(inputs.device ?? "auto");
  await page.getByTestId("start-audit").click();
}

export async function verdictOf(page: Page): Promise<string> {
  const word = page.getByTestId("verdict-word");
  await expect(word.or(page.getByTestId("audit-error"))).toBeVisible({ timeout: RUN_MS });
  return word.innerText();
}
