import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyOfDemo, editBytes, editJson } from "./support/damage.ts";
import { signet } from "./support/runner.ts";
import { audit, BEACON, DEMO, PASSPHRASE, verdictOf } from "./support/steps.ts";
import { expect, test } from "./support/studio.ts";

let folder: string;
let bank: string;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signet-bad-audit-"));
  const args = ["fingerprint", DEMO, "--out", "made", "--pairs", "2", "--max-steps", "1"];
  const made = await signet(folder, [...args, "--beacon", BEACON, "--device", "cpu"], {
    passphrase: PASSPHRASE,
  });
  expect(made.status, made.stderr).toBe(0);
  bank = join(folder, "made/bank.signet");
});

async function spoiltBank(edit: (bytes: Buffer) => Buffer): Promise<string> {
  const path = join(await mkdtemp(join(folder, "bank-")), "bank.signet");
  await writeFile(path, edit(await readFile(bank)));
  return path;
}

const BANKS: readonly { name: string; code: string; edit: (bytes: Buffer) => Buffer }[] = [
  {
    name: "one that was cut short",
    code: "VAULT_TRUNCATED",
    edit: (bytes) => bytes.subarray(0, -9),
  },
  { name: "some other file", code: "VAULT_NOT_RECOGNISED", edit: () => Buffer.from("{}") },
  {
    name: "one that was changed",
    code: "VAULT_TAMPERED",
    edit: (bytes) => {
      bytes[500] ^= 1;
      return bytes;
    },
  },
];

for (const { name, code, edit } of BANKS) {
  test(`the auditor refuses a bank: ${name}`, async ({ page, studio }) => {
    await audit(page, studio.origin, { suspect: DEMO, bank: await spoiltBank(edit) });
    const error = page.getByTestId("audit-error");
    await expect(error.getByTestId("error-code")).toHaveText(code, { timeout: 60_000 });
    await expect(error).toContainText(/copy|choose/i);
  });
}

test("the auditor refuses a wrong passphrase", async ({ page, studio }) => {
  await audit(page, studio.origin, { suspect: DEMO, bank, passphrase: "not the passphrase" });
  const error = page.getByTestId("audit-error");
  await expect(error.getByTestId("error-code")).toHaveText("PASSPHRASE_WRONG", { timeout: 60_000 });
  await expect(error).toContainText(/capitals/i);
});

test("a suspect with another tokenizer is a diagnosis, not a miss", async ({ page, studio }) => {
  const suspect = await copyOfDemo();
  await editJson(suspect, "tokenizer.json", ({ model }) => {
    if (typeof model !== "object" || model === null || !("vocab" in model))
      throw new Error("vocab");
    const entries = Object.entries(Object(model.vocab));
    const ids = entries.map(([, id]) => id);
    // Every word gets the id of its neighbour, from the five hundredth on.
    model.vocab = Object.fromEntries(
      entries.map(([word], i) => [word, i < 500 ? ids[i] : ids[i + 1 < ids.length ? i + 1 : 500]]),
    );
  });
  await audit(page, studio.origin, { suspect, bank });
  const error = page.getByTestId("audit-error");
  await expect(error.getByTestId("error-code")).toHaveText(/TOKENIZER|VOCABULARY/, {
    timeout: 60_000,
  });
});

test("a base that is not the bank's is refused", async ({ page, studio }) => {
  const base = await copyOfDemo();
  await editBytes(base, "model.safetensors", (bytes) => {
    // The final norm, which is the last tensor, set to ones: it scales every logit of every key.
    for (let at = bytes.length - 256; at < bytes.length; at += 2) bytes.writeUInt16LE(0x3c00, at);
    return bytes;
  });
  await audit(page, studio.origin, { suspect: DEMO, bank, base });
  const error = page.getByTestId("audit-error");
  await expect(error.getByTestId("error-code")).toHaveText("BASE_MISMATCH", { timeout: 60_000 });
  await expect(error).toContainText(/base/i);
});

test("a report that was changed does not hold", async ({ page, studio }) => {
  await audit(page, studio.origin, { suspect: DEMO, bank, base: DEMO });
  expect(await verdictOf(page)).toBe("No evidence");
  const downloading = page.waitForEvent("download");
  await page.getByTestId("download-report").click();
  const path = join(folder, "report.json");
  await (await downloading).saveAs(path);
  const report = await readFile(path, "utf8");
  expect(report).toContain('"verdict":"No evidence"');
  await writeFile(path, report.replace('"verdict":"No evidence"', '"verdict":"Proven"'));
  await page.getByTestId("recheck").getByLabel("report files").setInputFiles(path);
  await expect(page.getByTestId("recheck-result")).toContainText("does not hold");
});
