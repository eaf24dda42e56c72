import type { Page, Route } from "@playwright/test";
import { isHex, numberToHex, toFunctionSelector } from "viem";
import { expectAccessible } from "./support/axe.ts";
import { addressOf, DANA, EMIL, HANA, VISITOR } from "./support/cast.ts";
import { expect, test } from "./support/chain.ts";
import { connectWallet } from "./support/connectWallet.ts";
import { savedJson } from "./support/downloads.ts";
import { COIN, MarketTwin } from "./support/marketTwin.ts";
import { shoot } from "./support/pictures.ts";
import { confirmAct, reviewAndSend } from "./support/reviewAndSend.ts";

const dana = addressOf(DANA);
const emil = addressOf(EMIL);
const visitor = addressOf(VISITOR);

async function open(page: Page, origin: string, path = "/revenue"): Promise<void> {
  await page.goto(`${origin}/#${path}`);
  const button = page.locator("main").getByRole("button", { name: "Connect a wallet" });
  await connectWallet(page, { button });
  await expect(page.getByTestId("contract-check")).toContainText("Read back from the contract");
}

const pot = (page: Page, symbol: "ETH" | "tUSD", model = 4) =>
  page.getByTestId(`pot-${model}-${symbol}`);
const claimable = (page: Page, symbol: "ETH" | "tUSD") =>
  pot(page, symbol).getByTestId("claimable");
const paid = (page: Page) => page.getByTestId("paid");
const status = (page: Page) => page.getByTestId("claims").getByTestId("transaction-status");

const claimButton = (page: Page) =>
  pot(page, "ETH").getByRole("button", { name: "Claim ETH of Signet demo model", exact: true });
const claimOne = (page: Page): Promise<void> => reviewAndSend(page, claimButton(page));

/** Answers questions for what can be claimed with 7 units less than the node does. */
async function sayLess(route: Route): Promise<void> {
  const selector = toFunctionSelector("claimable(uint64,address,address)");
  const asked: unknown = JSON.parse(route.request().postData() ?? "null");
  const response = await route.fetch();
  const answered: unknown = await response.json();
  const all = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
  const field = (value: unknown, name: string): unknown => Reflect.get(Object(value), name);
  const ids = all(asked)
    .filter((call) => JSON.stringify(call).includes(selector))
    .map((call) => field(call, "id"));
  const changed = all(answered).map((answer) => {
    const result = field(answer, "result");
    if (!ids.includes(field(answer, "id")) || !isHex(result)) return answer;
    return { ...Object(answer), result: numberToHex(BigInt(result) - 7n, { size: 32 }) };
  });
  await route.fulfill({ response, json: Array.isArray(answered) ? changed : changed[0] });
}

test("shows what came in to the wei, and pays one, all, or another address", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const market = await MarketTwin.open(chain);
  const { twin, dollar } = market;
  const owed = (token: `0x${string}`): string => String(twin.claimable(4n, token, dana));
  const wallet = await installWallet({ index: DANA });
  await open(page, studio.origin);
  await expect(claimable(page, "ETH")).toHaveAttribute("data-amount", owed(COIN));
  await market.buySeat();
  await expect(claimable(page, "ETH")).toHaveAttribute("data-amount", owed(COIN));
  const inWei = `${twin.claimable(4n, COIN, dana).toLocaleString("en-GB")} wei`;
  await expect(claimable(page, "ETH")).toContainText(inWei);
  await expect(page.getByTestId("contract-check")).toContainText("Read back from the contract");
  await expect(page.getByTestId("differs")).toHaveCount(0);

  // Rejected: nothing is sent. Then one.
  wallet.will("reject");
  await claimOne(page);
  await expect(page.getByTestId("transaction-error")).toContainText("You rejected the request");
  const before = await market.coinOf(dana);
  await claimOne(page);
  await expect(paid(page)).toContainText(inWei);
  const amount = twin.claim(4n, COIN, dana);
  expect(await market.coinOf(dana)).toBe(before + amount - (await market.feeOf(wallet.sent[0])));
  await expect(claimable(page, "ETH")).toHaveAttribute("data-amount", "0");

  // All, in one transaction.
  await market.buySeat();
  await market.giveDollars(1_234_567n);
  await expect(claimable(page, "tUSD")).toHaveAttribute("data-amount", owed(dollar));
  const [coin, dollars] = [await market.coinOf(dana), await market.dollarsOf(dana)];
  await page.getByTestId("claim-all").click();
  await expect(page.getByTestId("review-4-tUSD")).toHaveAttribute("data-amount", owed(dollar));
  await page.getByTestId("open-wallet").click();
  await expect(paid(page).locator("[data-amount]")).toHaveCount(2);
  const sums = twin.claimMany(
    [
      [4n, COIN],
      [4n, dollar],
    ],
    dana,
  );
  expect(wallet.sent).toHaveLength(2);
  expect(await market.coinOf(dana)).toBe(coin + sums[0] - (await market.feeOf(wallet.sent[1])));
  expect(await market.dollarsOf(dana)).toBe(dollars + sums[1]);
  await expect(page.getByTestId("claim-all")).toBeDisabled();

  // To another address, which is shown once more.
  await market.giveDollars(1_000_003n);
  const theirs = await market.dollarsOf(visitor);
  await pot(page, "tUSD")
    .getByRole("button", { name: /another address/ })
    .click();
  await page.getByLabel("Pay to").fill(market.contracts.splitter);
  await page.getByLabel("Pay to").blur();
  await expect(page.getByRole("dialog")).toContainText("could never use");
  await page.getByLabel("Pay to").fill(visitor);
  await page.getByTestId("open-wallet").click();
  await expect(page.getByTestId("confirm-address")).toHaveText(visitor);
  await page.getByRole("alertdialog").getByRole("button", { name: "Open the wallet" }).click();
  await expect(paid(page)).toContainText("0xf39F…2266");
  expect(await market.dollarsOf(visitor)).toBe(theirs + twin.claim(4n, dollar, dana));
});

test("sends shares, splits what comes later by them, and prepares an admission", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const market = await MarketTwin.open(chain);
  const { twin } = market;
  const wallet = await installWallet({ index: DANA });
  await open(page, studio.origin, "/revenue/4");
  await expect(page.getByTestId("shares")).toContainText("70 % of all");
  const form = page.getByTestId("send-shares");
  await form.getByLabel("To", { exact: true }).fill(visitor);
  await form.getByLabel("How many").fill("700001");
  await expect(form).toContainText("You have 700,000 shares, and this needs 700,001");
  await form.getByLabel("Counted in").selectOption("percent");
  await form.getByLabel("How many").fill("12.3456");
  await expect(form.getByTestId("effect").locator("tbody tr").first()).toContainText("57.6544 %");
  await expect(form.getByTestId("stays")).toContainText("stays yours to claim");
  await confirmAct(page, form.getByTestId("review-transfer"), "Open the wallet");
  await expect(page.getByTestId("shares")).toContainText("576,544");
  twin.transferShares(4n, dana, visitor, 123_456n);
  await market.buySeat();
  const expectOwed = async (holder: `0x${string}`): Promise<void> => {
    const owed = String(twin.claimable(4n, COIN, holder));
    await expect(claimable(page, "ETH")).toHaveAttribute("data-amount", owed);
  };
  await expectOwed(dana);

  const admit = page.getByTestId("admit");
  await admit.getByLabel("Improver").fill(addressOf(HANA));
  await admit.getByLabel("How many").fill("9999");
  await expect(admit).toContainText("At least a hundredth of all, 10,000 shares");
  await admit.getByLabel("How many").fill("250000");
  await expect(admit).toContainText("At most 200,000 shares");
  await admit.getByLabel("How many").fill("200000");
  await expect(admit.getByTestId("effect").locator("tbody tr").first()).toContainText("48.0453 %");
  await expect(admit.getByTestId("propose")).toHaveAttribute(
    "href",
    `#/govern/4?propose=improver&account=${addressOf(HANA)}&shares=200000`,
  );

  await admit.getByTestId("propose").click();
  await expect(page.getByLabel("Account", { exact: true })).toHaveValue(addressOf(HANA));
  await expect(page.getByLabel("New shares")).toHaveValue("200000");
  await page.goBack();

  await wallet.changeAccount(VISITOR);
  await expectOwed(visitor);
  const rows = page.getByTestId("income-lines").locator("tbody tr");
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText("12.3456 %");
  await wallet.changeAccount(EMIL);
  await expectOwed(emil);
  const file = await savedJson(page, page.getByRole("button", { name: "JSON" }));
  const lines: unknown = Reflect.get(Object(file), "rows");
  const sum = (Array.isArray(lines) ? lines : [])
    .filter((line) => Reflect.get(Object(line), "token") === COIN)
    .reduce((total, line) => total + BigInt(String(Reflect.get(Object(line), "income_units"))), 0n);
  expect(sum).toBe(twin.claimable(4n, COIN, emil));
});

test("what can go wrong with a claim is told, and nothing is lost", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const market = await MarketTwin.open(chain);
  const wallet = await installWallet({ index: DANA });
  await open(page, studio.origin);
  await wallet.changeChain(1);
  await expect(page.getByTestId("wrong-network")).toBeVisible();
  await claimOne(page);
  await expect(page.getByTestId("transaction-error")).toContainText("another network");
  await wallet.changeChain(31_337);
  await expect(page.getByTestId("wrong-network")).toHaveCount(0);

  // A node that says otherwise than its events is not hidden.
  await page.route("**/rpc", sayLess);
  await market.buySeat();
  await expect(pot(page, "ETH").getByTestId("differs")).toContainText("the events give");
  await pot(page, "ETH").getByRole("button").first().click();
  await expect(page.getByTestId("review-differs")).toContainText("The contract decides");
  await page.getByRole("button", { name: "Not yet" }).click();
  await page.unrouteAll({ behavior: "wait" });

  // Too little coin for the fee.
  const balance = await market.coinOf(dana);
  await chain.ask("anvil_setBalance", [dana, "0x1"]);
  await claimOne(page);
  await expect(page.getByTestId("transaction-error")).toContainText("and needs");
  await chain.ask("anvil_setBalance", [dana, `0x${balance.toString(16)}`]);

  // Claimed by somebody else between review and sending.
  await claimButton(page).click();
  await expect(page.getByTestId("open-wallet")).toBeEnabled();
  await market.claimFor(dana);
  await page.getByTestId("open-wallet").click();
  await expect(page.getByTestId("nothing-to-claim")).toContainText("Somebody claimed this for you");
  await page.getByRole("button", { name: "Not yet" }).click();
  await expect(claimable(page, "ETH")).toHaveAttribute("data-amount", "0");
  expect(wallet.log).not.toContain("eth_sendTransaction");

  // Claimed by somebody else between sending and the block: reverted with its reason.
  await market.buySeat();
  await expect(pot(page, "ETH").getByRole("button").first()).toBeEnabled();
  await chain.setAutomine(false);
  await claimOne(page);
  await expect(status(page)).toContainText("Sent");
  await market.queueClaimFor(dana, 50_000_000_000n);
  await chain.mine();
  await expect(status(page)).toContainText("Reverted");
  await expect(status(page)).toContainText("There is nothing to claim");
  await chain.setAutomine(true);

  // Sent again with a higher fee, after a reload in the middle.
  await market.buySeat();
  await expect(pot(page, "ETH").getByRole("button").first()).toBeEnabled();
  await chain.setAutomine(false);
  await claimOne(page);
  await expect(status(page)).toContainText("Sent");
  await page.reload();
  await expect(page.getByTestId("claim-pending")).toBeVisible();
  await expect(page.getByTestId("claim-all")).toBeDisabled();
  const before = await market.coinOf(dana);
  const hash = await wallet.speedUp(wallet.sent[1]);
  await chain.mine();
  await expect(page.getByTestId("claim-pending")).toHaveCount(0);
  await expect(claimable(page, "ETH")).toHaveAttribute("data-amount", "0");
  const amount = market.twin.claim(4n, COIN, dana);
  expect(await market.coinOf(dana)).toBe(before + amount - (await market.feeOf(hash)));
});

for (const [colorScheme, width] of [
  ["light", 1280],
  ["dark", 400],
] as const) {
  test(`axe finds nothing serious, ${colorScheme}`, async ({ page, studio, installWallet }) => {
    await page.setViewportSize({ width, height: 860 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await installWallet({ index: DANA });
    await page.goto(`${studio.origin}/#/revenue`);
    await expect(page.getByRole("heading", { name: "Whose revenue?" })).toBeVisible();
    await expectAccessible(page, "no wallet");
    await open(page, studio.origin);
    await expectAccessible(page, "overview");
    await shoot(page, `revenue-${colorScheme}`);
    await page.getByTestId("holding-4").getByRole("link", { name: "Statement" }).click();
    const form = page.getByTestId("send-shares");
    await form.getByLabel("To", { exact: true }).fill(visitor);
    await form.getByLabel("How many").fill("10000");
    await expect(form.getByTestId("effect")).toBeVisible();
    await expectAccessible(page, "model");
    await shoot(page, `revenue-4-${colorScheme}`);
    await pot(page, "ETH").getByRole("button").first().click();
    await expect(page.getByTestId("open-wallet")).toBeEnabled();
    await expectAccessible(page, "review");
  });
}
