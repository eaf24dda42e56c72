import type { Locator, Page } from "@playwright/test";
import { parseEther } from "viem";
import { addressOf, DANA } from "./support/cast.ts";
import { chooseWallet } from "./support/connectWallet.ts";
import { expect, test } from "./support/demoHost.ts";
import { COIN, MarketTwin } from "./support/marketTwin.ts";
import { reviewAndSend } from "./support/reviewAndSend.ts";

const PICTURES = process.env["SIGNET_PICTURES"];

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
  await chooseWallet(page, { name: "Test accounts" });
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
  await reviewAndSend(page, "send-open");
  await confirm(page);
  await page.getByLabel("Spend at most, in ETH").fill("0.001");
  await reviewAndSend(page, "sign");
  await confirm(page);
  await page.getByLabel(/^Text for/).fill("Once upon a time there was a");
  await page.getByTestId("send-call").click();
  await expect(page.getByTestId("use-panel").getByText("receipt verified")).toHaveCount(1);
  await picture(page, "use", page.getByTestId("use-panel"));
  const charged = parseEther((await page.getByTestId("charged").innerText()).replace(" ETH", ""));
  await page.getByTestId("ask-close").click();
  await reviewAndSend(page, "close-now");
  await confirm(page);
  await expect(page.getByTestId("open-channel")).toBeVisible();
  market.twin.pay(4n, COIN, charged - (charged * 400_000n) / 1_000_000n);

  await page.getByTestId("account").click();
  await page.getByRole("button", { name: "Another account" }).click();
  await page.getByTestId("test-accounts").getByRole("button", { name: /^Dana/ }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Revenue" }).click();
  const dana = addressOf(DANA);
  const owed = market.twin.claimable(4n, COIN, dana);
  await expect(page.getByTestId("pot-4-ETH").getByTestId("claimable")).toHaveAttribute(
    "data-amount",
    String(owed),
  );
  await picture(page, "revenue");
  const before = await market.coinOf(dana);
  const pot = page.getByTestId("pot-4-ETH");
  const claim = pot.getByRole("button", { name: "Claim ETH of Signet demo model", exact: true });
  await reviewAndSend(page, claim);
  await confirm(page);
  await expect(page.getByTestId("paid")).toContainText(`${owed.toLocaleString("en-GB")} wei`);
  await picture(page, "paid");
  const paid = (await market.coinOf(dana)) - before;
  expect(paid).toBeGreaterThan(0n);
  expect(paid).toBeLessThan(owed);
});
