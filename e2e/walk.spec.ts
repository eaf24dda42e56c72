import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { parseEther } from "viem";
import { importTypeScript } from "../scripts/lib/chain/bundle.mjs";
import { ROOT } from "../scripts/lib/paths.mjs";
import { expect, test as chainTest } from "./support/chain.ts";
import { COIN, MarketTwin } from "./support/marketTwin.ts";

const PICTURES = process.env["SIGNET_PICTURES"];

/** What `npm start` serves: the studio, the chain, and the demo market's host. */
const test = chainTest.extend({
  hosts: async ({ chain }, use) => {
    const { startDemoHost } = await importTypeScript<
      typeof import("../scripts/lib/gateway/demoHost.ts")
    >("scripts/lib/gateway/demoHost.ts");
    const folder = await mkdtemp(join(tmpdir(), "signet-e2e-walk-"));
    const host = await startDemoHost({
      rpcUrl: chain.rpcUrl,
      marketFile: chain.marketFile,
      folder,
      modelFolder: join(ROOT, "public", "demo"),
      log: () => {},
    });
    await use([{ name: "demo", url: host.url }]);
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  },
});

/** Pictures of README are taken here, so that they show what the walk shows. */
async function picture(page: Page, name: string, part: Page | Locator = page): Promise<void> {
  if (PICTURES === undefined) return;
  const tray = page
    .getByLabel("Transactions on their way")
    .getByRole("button", { name: /^Dismiss/ });
  while ((await tray.count()) > 0) await tray.first().click();
  await page.waitForTimeout(400);
  await part.screenshot({ path: `${PICTURES}/${name}.png` });
}

async function confirm(page: Page): Promise<void> {
  await page
    .getByTestId("test-accounts")
    .getByRole("button", { name: /Send it|Sign it/ })
    .click();
}

/** README's walk, step by step, as somebody without a wallet does it. */
test("from the market to a paid claim, without a wallet", async ({ page, studio, chain }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  const market = await MarketTwin.open(chain);
  await page.goto(`${studio.origin}/#/market`);
  await page.locator("header").getByTestId("connect").click();
  await page.getByRole("dialog").getByRole("button", { name: "Test accounts" }).click();
  await page
    .getByTestId("test-accounts")
    .getByRole("button", { name: /^Visitor/ })
    .click();
  await picture(page, "market");

  await page.getByRole("link", { name: "Signet demo model" }).click();
  await page.getByTestId("offer-seat").getByTestId("buy").click();
  await page.getByTestId("pay").click();
  await picture(page, "buy");
  await page.getByTestId("open-wallet").click();
  await confirm(page);
  await expect(page.getByTestId("receipt-purchase")).toContainText("0.02 ETH");
  market.twin.pay(4n, COIN, 20_000_000_000_000_000n);
  await page.getByTestId("open-receipt").click();
  await picture(page, "receipt");

  // The licence is used: one transaction, one signature, then calls.
  const id = await page
    .getByTestId("receipt")
    .getByRole("link", { name: /^#\d+$/ })
    .innerText();
  await page.getByRole("link", { name: "Licences", exact: true }).click();
  const own = page.getByTestId("licence-list").getByRole("listitem").filter({ hasText: id });
  await own.getByRole("link", { name: /permissions/i }).click();
  await expect(page.getByLabel("Licence", { exact: true })).toHaveValue(id.slice(1));
  await page.getByTestId("go-on").click();
  await page.getByLabel("Deposit in ETH").fill("0.01");
  await page.getByTestId("send-open").click();
  await page.getByTestId("open-wallet").click();
  await confirm(page);
  await page.getByLabel("Spend at most, in ETH").fill("0.001");
  await page.getByTestId("sign").click();
  await page.getByTestId("open-wallet").click();
  await confirm(page);
  await page.getByLabel(/^Text for/).fill("Once upon a time there was a");
  await page.getByTestId("send-call").click();
  await expect(page.getByTestId("use-panel").getByText("receipt verified")).toHaveCount(1);
  await picture(page, "use", page.getByTestId("use-panel"));
  const charged = parseEther((await page.getByTestId("charged").innerText()).replace(" ETH", ""));
  await page.getByTestId("ask-close").click();
  await page.getByTestId("close-now").click();
  await page.getByTestId("open-wallet").click();
  await confirm(page);
  await expect(page.getByTestId("open-channel")).toBeVisible();
  market.twin.pay(4n, COIN, charged - (charged * 400_000n) / 1_000_000n);

  await page.getByTestId("account").click();
  await page.getByRole("button", { name: "Another account" }).click();
  await page.getByTestId("test-accounts").getByRole("button", { name: /^Dana/ }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Revenue" }).click();
  const dana = MarketTwin.who(4);
  const owed = market.twin.claimable(4n, COIN, dana);
  await expect(page.getByTestId("pot-4-ETH").getByTestId("claimable")).toHaveAttribute(
    "data-amount",
    String(owed),
  );
  await picture(page, "revenue");
  const before = await market.coinOf(dana);
  await page
    .getByTestId("pot-4-ETH")
    .getByRole("button", { name: "Claim ETH of Signet demo model", exact: true })
    .click();
  await page.getByTestId("open-wallet").click();
  await confirm(page);
  await expect(page.getByTestId("paid")).toContainText(`${owed.toLocaleString("en-GB")} wei`);
  await picture(page, "paid");
  const paid = (await market.coinOf(dana)) - before;
  expect(paid).toBeGreaterThan(0n);
  expect(paid).toBeLessThan(owed);
});
