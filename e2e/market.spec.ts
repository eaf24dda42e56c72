import { appendFile, cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { zeroAddress } from "viem";
import { divide } from "../src/chain/accounting/splitter.ts";
import { modelRegistryAbi } from "../src/chain/generated/modelRegistry.ts";
import { revenueSplitterAbi } from "../src/chain/generated/revenueSplitter.ts";
import { chainClient } from "./support/actAs.ts";
import { expectAccessible } from "./support/axe.ts";
import { expect, test, type TestChain } from "./support/chain.ts";
import { marketAddresses } from "./support/marketFile.ts";
import { shoot } from "./support/pictures.ts";
import { DEMO } from "./support/steps.ts";

const PRICE = 500_000_000_000_000_000n;

async function openMarket(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/#/market`);
  await expect(page.getByTestId("market-count")).toHaveText("4 of 4 models");
}

async function openDemoModel(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/#/market/4`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Signet demo model");
}

/** What the chain itself and the twin of the splitter say of a payment to the demo model. */
async function expectedSplit(chain: TestChain): Promise<string[]> {
  const { contracts } = await marketAddresses(chain);
  const client = chainClient(chain);
  const lineage = await client.readContract({
    address: contracts.registry,
    abi: modelRegistryAbi,
    functionName: "ancestorsOf",
    args: [4n],
  });
  const { gross } = await client.readContract({
    address: contracts.splitter,
    abi: revenueSplitterAbi,
    functionName: "potOf",
    args: [4n, zeroAddress],
  });
  const ancestors = lineage.map(({ model, ppm }) => ({ model, ppm: BigInt(ppm) }));
  const [before, after] = [divide(gross, ancestors), divide(gross + PRICE, ancestors)];
  const parts = after.ancestors.map((part, place) => part - before.ancestors[place]);
  return [after.model - before.model, ...parts].map(String);
}

test("lists, searches, filters and sorts what is on the chain", async ({ page, studio }) => {
  await openMarket(page, studio.origin);
  const titles = page.getByTestId("market-list").getByRole("heading", { level: 2 });
  await expect(titles).toHaveText([
    "Signet demo model",
    "Tale Instruct",
    "Novel Base",
    "Tale Base",
  ]);
  await page.getByLabel("Order").selectOption("name");
  await expect(titles.first()).toHaveText("Novel Base");
  await page.getByLabel("Search").fill("tale");
  await expect(titles).toHaveText(["Tale Base", "Tale Instruct"]);
  await page.getByLabel("Search").fill("");
  await page.getByLabel("Licence", { exact: true }).selectOption("commercial");
  await expect(titles).toHaveText(["Signet demo model"]);
  await page.getByLabel("Price").selectOption("free");
  await expect(page.getByRole("heading", { name: "No model matches" })).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(titles).toHaveCount(4);
  await titles.first().getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Signet demo model");
});

test("every market screen says where it is, on a telephone too", async ({ page, studio }) => {
  await page.setViewportSize({ width: 400, height: 800 });
  for (const [path, label] of [
    ["market/4", "Models"],
    ["buy/4/3", "Models"],
    ["licences", "Licences"],
    ["govern/4", "Govern"],
    ["challenges", "Challenges"],
    ["wallet", "Wallet"],
  ]) {
    await page.goto(`${studio.origin}/#/${path}`);
    const current = page
      .getByRole("navigation", { name: "Market" })
      .locator("[aria-current='page']");
    await expect(current, path).toHaveText(label);
    await expect(current, path).toBeInViewport({ ratio: 0.9 });
    await expect(
      page.getByRole("navigation", { name: "Main" }).locator("[aria-current='page']"),
    ).toHaveText("Market");
  }
  await page.goto(`${studio.origin}/#/audit`);
  await expect(
    page.getByRole("navigation", { name: "Main" }).locator("[aria-current='page']"),
  ).toHaveText("Auditor");
});

test("shows a model with its timeline, lineage and the split of its price", async ({
  page,
  studio,
  chain,
}) => {
  const requests: string[] = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await openDemoModel(page, studio.origin);
  const timeline = page.getByTestId("timeline");
  await expect(timeline).toContainText("Committed 16 fingerprints");
  await expect(timeline).toContainText("Weights released");
  await expect(page.getByTestId("model-card")).toContainText("urn:signet:demo:demo");
  await expect(page.getByTestId("model-card").getByRole("link", { name: /urn:/ })).toHaveCount(0);
  await expect(page.getByTestId("lineage").getByRole("img")).toHaveAccessibleName(
    /Signet demo model was made from Tale Instruct and passes 15 % up/,
  );
  await page.getByTestId("lineage").getByRole("switch").click();
  await expect(page.getByTestId("lineage").getByRole("row")).toHaveCount(4);
  const split = page.getByTestId("offer-commercial").getByTestId("split");
  const expected = await expectedSplit(chain);
  const rows = split.locator("tbody tr[data-amount]");
  await expect(rows).toHaveCount(expected.length);
  const shown = await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-amount")));
  expect(shown).toEqual(expected);
  await expect(page.getByTestId("income")).toContainText("0.016 ETH");
  expect(requests.filter((path) => /(train|infer)\.worker|onnx|ort-/.test(path))).toEqual([]);
});

test("tells the released files from others", async ({ page, studio }) => {
  await openDemoModel(page, studio.origin);
  const zone = page.getByTestId("check-dropzone");
  await zone.getByLabel("download folder").setInputFiles(DEMO);
  await expect(page.getByTestId("check-result")).toContainText("These are the released files");
  const changed = join(await mkdtemp(join(tmpdir(), "signet-e2e-")), "demo");
  await cp(DEMO, changed, { recursive: true });
  await appendFile(join(changed, "config.json"), "\n");
  await zone.getByLabel("download folder").setInputFiles(changed);
  await expect(page.getByTestId("check-result")).toContainText("These are not the released files");
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`market and model page have no serious problem, ${colorScheme}`, async ({
    page,
    studio,
  }) => {
    await page.emulateMedia({ colorScheme });
    await openMarket(page, studio.origin);
    await expectAccessible(page, "market");
    await shoot(page, `market-${colorScheme}`);
    await openDemoModel(page, studio.origin);
    await expect(page.getByTestId("income")).toBeVisible();
    await expectAccessible(page, "model");
    await shoot(page, `model-${colorScheme}`);
  });
}
