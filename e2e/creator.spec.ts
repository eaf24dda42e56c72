import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  audit,
  DEMO,
  openDemo,
  runFinished,
  saveRun,
  startRun,
  verdictOf,
} from "./support/steps.ts";
import { expect, test } from "./support/studio.ts";

let saved: { folder: string; names: string[] };

test.describe.configure({ mode: "serial" });

test("the creator fingerprints the demo model and saves model and bank", async ({
  page,
  studio,
}) => {
  await openDemo(page, studio.origin);
  await expect(page.getByTestId("model-card")).toContainText("1,369,728");
  await startRun(page, { pairs: 8, device: "auto" });
  await expect(page.getByTestId("keys-card")).toContainText("8 of 8 keys accepted", {
    timeout: 120_000,
  });
  await runFinished(page);
  await expect(page.getByTestId("gates-card")).toContainText("Success of loud pairs");

  saved = await saveRun(page);
  expect(saved.names).toEqual(
    expect.arrayContaining([
      "bank.signet",
      "manifest.json",
      "model/README.md",
      "model/config.json",
      "model/model.safetensors",
      "model/tokenizer.json",
    ]),
  );
  await page.getByRole("button", { name: "Show the phrase" }).click();
  const phrase = await page.getByTestId("recovery-phrase").locator("li").allInnerTexts();
  expect(phrase).toHaveLength(24);
  await page.getByRole("button", { name: "I wrote it down" }).click();
  await expect(page.getByTestId("recovery-phrase")).toHaveCount(0);
});

test("what is published holds no secret", async () => {
  const manifest = await readFile(join(saved.folder, "manifest.json"), "utf8");
  expect(JSON.parse(manifest)).toMatchObject({ format: "signet-manifest", manifest: { pairs: 8 } });
  expect(manifest).not.toMatch(/master|candidates|"pairs":\[/);
  const bank = await readFile(join(saved.folder, "bank.signet"));
  expect(bank.subarray(0, 8).toString("latin1")).toBe("SIGNETBK");
  expect(bank.includes("signet-bank")).toBe(false);
});

test("the export is the input but for the trained weights", async () => {
  for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json"]) {
    const [before, after] = await Promise.all([
      readFile(join(DEMO, name)),
      readFile(join(saved.folder, "model", name)),
    ]);
    expect(after.equals(before), name).toBe(true);
  }
  const [before, after] = await Promise.all(
    [DEMO, join(saved.folder, "model")].map(async (folder) => {
      const file = await readFile(join(folder, "model.safetensors"));
      return JSON.parse(file.toString("utf8", 8, 8 + Number(file.readBigUInt64LE(0))));
    }),
  );
  const shapes = (header: Record<string, { dtype?: string; shape?: number[] }>): unknown[] =>
    Object.keys(header)
      .sort()
      .map((name) => [name, header[name].dtype, header[name].shape]);
  expect(shapes(after)).toEqual(shapes(before));
});

test("the auditor proves it from the saved files", async ({ page, studio }) => {
  await audit(page, studio.origin, {
    suspect: join(saved.folder, "model"),
    bank: join(saved.folder, "bank.signet"),
    base: DEMO,
    device: "webgpu",
  });
  expect(await verdictOf(page)).toBe("Proven");
  const downloading = page.waitForEvent("download");
  await page.getByTestId("download-report").click();
  const report = join(saved.folder, "report.json");
  await (await downloading).saveAs(report);
  expect(JSON.parse(await readFile(report, "utf8"))).toMatchObject({
    format: "signet-report",
    result: { verdict: "Proven", keys: 8 },
  });
  await page.getByTestId("recheck").getByLabel("report files").setInputFiles(report);
  await expect(page.getByTestId("recheck-result")).toContainText("figures follow");
});

test("the auditor finds no evidence in the base model", async ({ page, studio }) => {
  await audit(page, studio.origin, {
    suspect: DEMO,
    bank: join(saved.folder, "bank.signet"),
    base: DEMO,
    device: "webgpu",
  });
  expect(await verdictOf(page)).toBe("No evidence");
});
