import { createHash } from "node:crypto";
import { copyFile, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { importTypeScript } from "../scripts/lib/chain/bundle.mjs";
import { ROOT } from "../scripts/lib/paths.mjs";
import type { ModelHost } from "../scripts/lib/hosts/testing/modelHost.ts";
import { expectAccessible } from "./support/axe.ts";
import { addressOf, DANA } from "./support/cast.ts";
import { expect, test as chainTest } from "./support/chain.ts";
import { copyOfDemo } from "./support/damage.ts";
import { saveAs } from "./support/downloads.ts";
import { marketAddresses } from "./support/marketFile.ts";
import { shoot } from "./support/pictures.ts";
import { registerBank } from "./support/registerBank.ts";
import { confirmAct } from "./support/reviewAndSend.ts";
import { PASSPHRASE } from "./support/steps.ts";

const TRAINED = join(ROOT, "e2e/support/trained");
const BANK = {
  root: "0xbbe8873d6f1ab8e00d9d9829d92e6f0152443a39d293690cd9316548fadb48ed",
  manifestHash: "0x142765e37f216560525f52a812e9915bcd3a02434381ad43d341b048ef6ac4ea",
  count: 16,
  width: 16,
  beacon: `0x${"5f".repeat(32)}`,
} as const;

type Models = { stolen: ModelHost; base: ModelHost };

/** A host that has the model, one that has its base, and one that is down. */
const test = chainTest.extend<{ folder: string }, { models: Models }>({
  models: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads fixtures off this pattern
    async ({}, use) => {
      const testing = await importTypeScript<
        typeof import("../scripts/lib/hosts/testing/modelHost.ts")
      >("scripts/lib/hosts/testing/modelHost.ts");
      const stolen = await testing.startModelHost(testing.TRAINED_WEIGHTS);
      const base = await testing.startModelHost(testing.DEMO_WEIGHTS);
      await use({ stolen, base });
      await stolen.stop();
      await base.stop();
    },
    { scope: "worker" },
  ],
  hosts: async ({ models }, use) =>
    use([
      { name: "stolen", url: models.stolen.url },
      { name: "base", url: models.base.url },
      { name: "down", url: "http://127.0.0.1:9" },
    ]),
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads fixtures off this pattern
  folder: async ({}, use) => use(await mkdtemp(join(tmpdir(), "signet-e2e-challenge-"))),
});

const saved = (page: Page, button: string, path: string): Promise<string> =>
  saveAs(page, page.getByTestId(button), path);

async function makeRecipient(page: Page): Promise<string> {
  await page.getByTestId("create-identity").click();
  const line = page.getByTestId("recipient");
  await expect(line).toHaveText(/^age1[a-z0-9]{58}$/);
  return line.innerText();
}

async function openBank(page: Page, file: string): Promise<void> {
  await page.getByTestId("bank-dropzone").getByLabel("bank files").setInputFiles(file);
  await page.getByLabel("Passphrase of the bank", { exact: true }).fill(PASSPHRASE);
  await page.getByTestId("open-bank").click();
  await expect(page.getByTestId("bank-card")).toBeVisible();
}

async function openPackage(page: Page, file: string): Promise<void> {
  await page.getByTestId("package-dropzone").getByLabel("package files").setInputFiles(file);
}

async function auditHost(page: Page, name: string): Promise<void> {
  await page.getByTestId("host-fields").getByLabel("Host").selectOption(name);
  await page.getByTestId("start-audit").click();
}

test("pairs are spent on a prover, who asks hosts with them and files what it found", async ({
  page,
  studio,
  chain,
  models,
  folder,
}) => {
  const { contracts } = await marketAddresses(chain);
  await registerBank(chain, contracts.registry, addressOf(DANA), BANK);
  await page.goto(`${studio.origin}/#/challenges`);
  const proverTab = page.getByRole("tab", { name: "For a prover" });
  const ownerTab = page.getByRole("tab", { name: "For an owner" });
  await proverTab.click();
  const recipient = await makeRecipient(page);
  await page.getByRole("button", { name: "As a QR code" }).click();
  await expect(page.getByRole("img", { name: "Your recipient as a QR code" })).toBeVisible();
  await expectAccessible(page, "prover");

  // The owner spends eight pairs; there is no package before the new bank is saved.
  await ownerTab.click();
  await openBank(page, join(TRAINED, "bank.signet"));
  await expect(page.getByTestId("registry-standing")).toContainText("Registered");
  await expect(page.getByTestId("unburnt")).toHaveText("16");
  const form = page.getByTestId("burn-form");
  await form.getByLabel("Pairs", { exact: true }).fill("8");
  await form.getByLabel("Prover's name").fill("Hana");
  await form.getByLabel("Prover's recipient").fill(recipient.slice(0, -1));
  await expect(form).toContainText("This is not a whole recipient");
  await form.getByLabel("Prover's recipient").fill(recipient);
  await expectAccessible(page, "owner");
  await confirmAct(page, "burn-pairs", "Spend them");
  await expect(page.getByTestId("save-bank-card")).toBeVisible();
  await expect(page.getByTestId("unburnt")).toHaveText("8");
  const newBank = await saved(page, "save-bank", join(folder, "bank.signet"));
  const savedZone = page.getByTestId("saved-bank-dropzone").getByLabel("saved bank files");
  await savedZone.setInputFiles(join(TRAINED, "bank.signet"));
  await expect(page.getByTestId("save-bank-error")).toContainText("not saved yet");
  await expect(page.getByTestId("package-ready")).toHaveCount(0);
  await savedZone.setInputFiles(newBank);
  await expect(page.getByTestId("package-ready")).toContainText("8 pairs, encrypted for Hana");
  const challenge = await saved(page, "download-package", join(folder, "challenge.age"));
  expect(await readFile(challenge, "utf8")).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----/);
  await page.getByRole("button", { name: "Close this bank" }).click();
  await openBank(page, newBank);
  await expect(page.getByTestId("unburnt")).toHaveText("8");
  await expect(page.getByTestId("earlier-challenges")).toContainText(recipient);

  // A changed package does not open; the right one is proven pair by pair.
  await proverTab.click();
  const lines = (await readFile(challenge, "utf8")).split("\n");
  const middle = Math.floor(lines.length / 2);
  const changed = lines[middle].startsWith("A") ? "B" : "A";
  const tampered = join(folder, "tampered.age");
  await writeFile(tampered, lines.with(middle, changed + lines[middle].slice(1)).join("\n"));
  await openPackage(page, tampered);
  await expect(page.getByTestId("package-error")).toContainText("changed or damaged");
  await openPackage(page, challenge);
  await expect(page.getByTestId("package-opened")).toContainText("Registered");
  await page.getByRole("link", { name: "Ask a host in the auditor" }).click();

  // The host with the stolen weights, then its base, then nobody.
  await page.getByText("A host on the net").click();
  await page.getByTestId("tokenizer-dropzone").getByRole("button", { name: "Demo model" }).click();
  await expectAccessible(page, "auditor");
  await auditHost(page, "stolen");
  const word = page.getByTestId("verdict-word");
  await expect(word).toHaveText("Proven", { timeout: 30_000 });
  expect(models.stolen.seen.filter(({ prompt }) => prompt !== "Hello")).toHaveLength(8);
  const transcript = await saved(page, "download-transcript", join(folder, "transcript.json"));
  const hash = createHash("sha256")
    .update(await readFile(transcript))
    .digest("hex");
  await expect(page.getByTestId("transcript-hash")).toHaveText(`0x${hash}`);
  const report = await saved(page, "download-report", join(folder, "report.json"));
  const recheck = page.getByTestId("recheck");
  await recheck.getByLabel("report files").setInputFiles([report, transcript]);
  await expect(page.getByTestId("recheck-result")).toContainText("follow from its evidence");
  await page.getByTestId("file-hits").click();
  await expect(page.getByTestId("filed")).toContainText("2 filings kept");
  await expectAccessible(page, "verdict");
  await page.getByTestId("filed").getByRole("link", { name: "Provers" }).click();
  await page.getByRole("tab", { name: "My filings" }).click();
  const leaves = page.getByTestId("filings").getByRole("heading", { level: 3 });
  await expect(leaves).toHaveText([
    new RegExp(`against ${models.stolen.url}$`),
    new RegExp(`against ${models.stolen.url}$`),
  ]);
  await page.getByRole("link", { name: "Auditor" }).click();
  await shoot(page, "challenge-verdict");

  await auditHost(page, "base");
  await expect(word).toHaveText("No evidence", { timeout: 30_000 });
  await expect(page.getByTestId("file-card")).toHaveCount(0);
  // Slow enough that it is stopped between its first answer and its last.
  models.stolen.quirks.delayMs = 1_000;
  await auditHost(page, "stolen");
  const cancel = page.getByRole("button", { name: "Cancel audit" });
  await expect(cancel).toBeVisible();
  const keys = page.getByTestId("audit-keys");
  await expect(keys).toContainText("No key has been asked yet.");
  await expect(keys.getByRole("row").nth(1)).toBeVisible();
  await cancel.click();
  await expect(page.getByText("Audit stopped")).toBeVisible();
  await expect(page.getByTestId("cut-transcript")).toBeVisible();
  models.stolen.quirks.delayMs = 0;
  await auditHost(page, "down");
  await expect(page.getByTestId("audit-error")).toContainText("does not answer", {
    timeout: 20_000,
  });

  // The same challenge on files of this device.
  const files = await copyOfDemo();
  await copyFile(join(TRAINED, "model.safetensors"), join(files, "model.safetensors"));
  await page.getByText("A model folder").click();
  await page.getByTestId("suspect-dropzone").getByLabel("suspect folder").setInputFiles(files);
  await page.getByTestId("audit-form").getByLabel("Device").selectOption("cpu");
  await page.getByTestId("start-audit").click();
  await expect(word).toHaveText("Proven", { timeout: 60_000 });

  // Another identity does not open it.
  await page.goto(`${studio.origin}/#/challenges`);
  await proverTab.click();
  await page.getByRole("button", { name: "Close this package" }).click();
  const forget = page.getByRole("button", { name: "Delete this identity" });
  await confirmAct(page, forget, "Delete identity");
  expect(await makeRecipient(page)).not.toBe(recipient);
  await openPackage(page, challenge);
  await expect(page.getByTestId("package-error")).toContainText("another prover");
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "dark");
});
