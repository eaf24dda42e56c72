import type { Page } from "@playwright/test";
import * as v from "valibot";
import { encodeFunctionData, erc20Abi, zeroAddress } from "viem";
import type { Address, Hash, Hex } from "viem";
import { divide } from "../src/chain/accounting/splitter.ts";
import { licenceTokenAbi } from "../src/chain/generated/licenceToken.ts";
import { modelRegistryAbi } from "../src/chain/generated/modelRegistry.ts";
import { revenueSplitterAbi } from "../src/chain/generated/revenueSplitter.ts";
import { receiptSchema, type Receipt } from "../src/chain/licences/receiptSchema.ts";
import { DEMO_KINDS } from "../src/chain/market/demoKinds.ts";
import { actAs, chainClient, playContract, queueAs } from "./support/actAs.ts";
import { expectAccessible } from "./support/axe.ts";
import { addressOf, EMIL, IVAN } from "./support/cast.ts";
import { expect, test, type TestChain } from "./support/chain.ts";
import { connectWallet } from "./support/connectWallet.ts";
import { savedJson } from "./support/downloads.ts";
import { marketAddresses } from "./support/marketFile.ts";
import { shoot } from "./support/pictures.ts";
import { confirmAct, reviewAndSend } from "./support/reviewAndSend.ts";

const [EVALUATION, , SEAT] = DEMO_KINDS;
const DEMO = 4n;

/** What the tests ask of the chain beside the page. */
async function openReader(chain: TestChain) {
  const {
    contracts,
    tokens: [dollar],
  } = await marketAddresses(chain);
  const client = chainClient(chain);
  const licences = { address: contracts.licences, abi: licenceTokenAbi } as const;
  const registry = { address: contracts.registry, abi: modelRegistryAbi } as const;
  const splitter = { address: contracts.splitter, abi: revenueSplitterAbi } as const;
  const playOwner = async (): Promise<Address> => {
    const owner = await client.readContract({ ...registry, functionName: "ownerOf", args: [DEMO] });
    await playContract(chain, owner);
    return owner;
  };
  return {
    dollar,
    coins: (address: Address) => client.getBalance({ address }),
    dollars: (account: Address) =>
      client.readContract({
        address: dollar,
        abi: erc20Abi,
        functionName: "balanceOf",
        args: [account],
      }),
    allowance: (account: Address) =>
      client.readContract({
        address: dollar,
        abi: erc20Abi,
        functionName: "allowance",
        args: [account, contracts.splitter],
      }),
    credit: (account: Address, token: Address) =>
      client.readContract({ ...splitter, functionName: "creditOf", args: [account, token] }),
    lineage: async () => {
      const args = [DEMO] as const;
      const found = await client.readContract({ ...registry, functionName: "ancestorsOf", args });
      return found.map(({ model, ppm }) => ({ model, ppm: BigInt(ppm) }));
    },
    pot: (model: bigint, token: Address) =>
      client.readContract({ ...splitter, functionName: "potOf", args: [model, token] }),
    newest: () => client.readContract({ ...licences, functionName: "licenceCount" }),
    holder: (id: bigint) =>
      client.readContract({ ...licences, functionName: "ownerOf", args: [id] }),
    feeOf: async (hash: Hash) => {
      const { gasUsed, effectiveGasPrice } = await client.getTransactionReceipt({ hash });
      return gasUsed * effectiveGasPrice;
    },
    /** Sends to the licences as the owner of the demo model, whoever that is. */
    asOwner: async (data: Hex) => actAs(chain, await playOwner(), { to: contracts.licences, data }),
    /** The same for the block that is made next, before what others offer less for. */
    asOwnerFirst: async (data: Hex) =>
      queueAs(chain, await playOwner(), { to: contracts.licences, data }, 50n * 10n ** 9n),
  };
}

/** Parts of a payment to the demo model, by the twin of the splitter. */
async function partsOf(
  reader: Awaited<ReturnType<typeof openReader>>,
  token: Address,
  price: bigint,
) {
  const lineage = await reader.lineage();
  const { gross } = await reader.pot(DEMO, token);
  const [before, after] = [divide(gross, lineage), divide(gross + price, lineage)];
  return [
    { model: DEMO, amount: after.model - before.model },
    ...lineage.map(({ model }, place) => ({
      model,
      amount: after.ancestors[place] - before.ancestors[place],
    })),
  ];
}

async function openBuy(page: Page, origin: string, kind: number): Promise<void> {
  await page.goto(`${origin}/#/buy/4/${kind}`);
  await expect(page.getByTestId("buy-form")).toBeVisible();
}

const pay = (page: Page): Promise<void> => reviewAndSend(page, "pay");

const units = (page: Page) =>
  page
    .getByTestId("receipt-split")
    .locator("tr[data-units]")
    .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-units")));

const downloadReceipt = async (page: Page): Promise<Receipt> =>
  v.parse(receiptSchema, await savedJson(page, page.getByTestId("receipt-json")));

test("buys with the coin to the wei, and keeps a receipt", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const requests: string[] = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  const wallet = await installWallet();
  const reader = await openReader(chain);
  const parts = await partsOf(reader, zeroAddress, SEAT.priceWei);
  const before = await reader.coins(wallet.address);
  const pots = await Promise.all(parts.map(({ model }) => reader.pot(model, zeroAddress)));

  await page.goto(`${studio.origin}/#/market/4`);
  await connectWallet(page);
  await page.getByTestId("offer-seat").getByTestId("buy").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Buy seat");
  await expect(page.getByTestId("price")).toHaveText("0.02 ETH");
  await expect(page.getByTestId("buy-split").locator("tr[data-amount]")).toHaveCount(4);
  await page.getByTestId("pay").click();
  await expect(page.getByRole("dialog")).toContainText("0.02 ETH");
  expect(wallet.log).not.toContain("eth_sendTransaction");
  await page.getByTestId("open-wallet").click();
  await expect(page.getByTestId("transaction-status")).toContainText("Confirmed");
  await expect(page.getByTestId("receipt-purchase")).toContainText("0.02 ETH");

  const [hash] = wallet.sent;
  const id = await reader.newest();
  expect(await reader.holder(id)).toBe(wallet.address);
  expect(await reader.coins(wallet.address)).toBe(
    before - SEAT.priceWei - (await reader.feeOf(hash)),
  );
  await expect.poll(() => units(page)).toEqual(parts.map(({ amount }) => String(amount)));
  for (const [place, { model, amount }] of parts.entries()) {
    expect((await reader.pot(model, zeroAddress)).own - pots[place].own).toBe(amount);
  }

  await page.getByTestId("open-receipt").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Receipt");
  const receipt = await downloadReceipt(page);
  expect(receipt.transaction).toMatchObject({
    hash,
    fee: { units: String(await reader.feeOf(hash)) },
  });
  expect(receipt.entries).toMatchObject([
    {
      kind: "purchase",
      licence: String(id),
      buyer: wallet.address,
      payer: wallet.address,
      recipient: wallet.address,
      paid: { amount: "0.02", units: String(SEAT.priceWei) },
    },
  ]);
  await page.emulateMedia({ media: "print" });
  await expect(page.locator("header")).toBeHidden();
  await expect(page.getByRole("navigation")).toHaveCount(0);
  await expect(page.getByTestId("receipt-json")).toBeHidden();
  await expect(page.getByLabel("Transactions on their way")).toBeHidden();
  await expect(page.getByTestId("receipt")).toContainText(hash);
  await page.emulateMedia({ media: "screen" });

  // Handed over, it is the other's.
  const friend = addressOf(EMIL);
  await page.goto(`${studio.origin}/#/licences/${id}`);
  await page.getByLabel("Address of the new holder").fill(friend.replace("9965", "9956"));
  await expect(page.getByTestId("hand-over")).toContainText("check sum is wrong");
  await page.getByLabel("Address of the new holder").fill(friend);
  await confirmAct(page, "transfer", "Hand it over");
  await expect(page.getByTestId("not-holder")).toBeVisible();
  expect(await reader.holder(id)).toBe(friend);
  await page.getByRole("link", { name: "Licences", exact: true }).click();
  const paid = page.getByTestId("paid-for-others").getByRole("row").nth(1);
  await expect(paid).toContainText(`#${id}`);
  await expect(paid).toContainText("0.02 ETH");
  expect(
    requests.filter((path) => /(train|infer|files)\.worker|onnx|ort-|engine/.test(path)),
  ).toEqual([]);
});

test("buys by permit, renews by exact allowance, and returns what it did not use", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const wallet = await installWallet();
  const reader = await openReader(chain);
  const price = EVALUATION.priceDollars;
  const before = await reader.dollars(wallet.address);
  await page.goto(`${studio.origin}/#/market/4`);
  const offer = page.getByTestId("offer-evaluation");
  await offer.getByLabel("Pay for evaluation with").selectOption("tUSD");
  await offer.getByTestId("buy").click();
  await connectWallet(page);
  await expect(page.getByTestId("price")).toHaveText("5 tUSD");
  await pay(page);
  await expect(page.getByTestId("receipt-purchase")).toContainText("5 tUSD");
  expect(wallet.log.filter((method) => method === "eth_signTypedData_v4")).toHaveLength(1);
  expect(wallet.sent).toHaveLength(1);
  expect(await reader.dollars(wallet.address)).toBe(before - price);
  expect(await reader.allowance(wallet.address)).toBe(0n);
  const first = await reader.newest();

  await page.goto(`${studio.origin}/#/market/4`);
  await expect(offer.getByTestId("owned")).toContainText(`You own one: #${first}`);
  await offer.getByTestId("renew-owned").click();
  const renew = page.getByTestId("renew");
  await renew.getByLabel("Pay with").selectOption({ label: "tUSD: 5 tUSD" });
  await renew.getByTestId("approve").click();
  await expect(renew.getByTestId("allowance-left")).toContainText("may take 5 tUSD");
  expect(await reader.allowance(wallet.address)).toBe(price);
  // Left alone, it is told and taken back elsewhere too.
  await page.getByRole("link", { name: "Licences", exact: true }).click();
  await expect(page.getByTestId("allowance-left")).toContainText("may take 5 tUSD");
  await page.getByTestId("take-back").click();
  await expect(page.getByTestId("allowance-left")).toHaveCount(0);
  expect(await reader.allowance(wallet.address)).toBe(0n);
  await page.goBack();
  await renew.getByLabel("Pay with").selectOption({ label: "tUSD: 5 tUSD" });
  await renew.getByTestId("approve").click();
  await expect(renew.getByTestId("pay")).toBeEnabled();
  const parts = await partsOf(reader, reader.dollar, 2n * price);
  const own = (await reader.pot(DEMO, reader.dollar)).own;
  await pay(page);
  await expect(page.getByTestId("receipt-renewal")).toContainText("5 tUSD");
  expect(await reader.allowance(wallet.address)).toBe(0n);
  expect(await reader.dollars(wallet.address)).toBe(before - 2n * price);
  // The renewal also made the purchase final: both prices were divided.
  expect((await reader.pot(DEMO, reader.dollar)).own - own).toBe(parts[0].amount);
  const renewed = await downloadReceipt(page);
  expect(renewed.entries).toMatchObject([
    { kind: "renewal", licence: String(first), released: { units: String(price) } },
  ]);
  await expect(page.getByTestId("return")).toContainText("a renewal is final");
  await expect(page.getByTestId("licence-history").getByRole("listitem")).toHaveCount(2);

  await openBuy(page, studio.origin, EVALUATION.kind);
  const coins = await reader.coins(wallet.address);
  await pay(page);
  await expect(page.getByTestId("receipt-purchase")).toContainText("0.002 ETH");
  const second = await reader.newest();
  await page.getByRole("link", { name: "Your licences" }).click();
  await expect(page.getByTestId("licence-list").getByRole("listitem")).toHaveCount(2);
  await page.getByRole("link", { name: `Return licence ${second}` }).click();
  await confirmAct(page, "refund", "Return it");
  await expect(page.getByTestId("receipt-refund")).toContainText("0.002 ETH");
  expect(await reader.credit(wallet.address, zeroAddress)).toBe(EVALUATION.priceWei);
  expect((await downloadReceipt(page)).entries).toMatchObject([
    { kind: "refund", licence: String(second), boughtIn: wallet.sent.at(-2) },
  ]);
  await page.getByTestId("withdraw").click();
  await expect(page.getByTestId("credit")).toHaveCount(0);
  const fees = await Promise.all(wallet.sent.slice(-3).map((hash) => reader.feeOf(hash)));
  expect(await reader.coins(wallet.address)).toBe(coins - fees.reduce((sum, fee) => sum + fee, 0n));
});

test("says why a purchase cannot go on, and loses nothing by it", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const wallet = await installWallet({ chainId: 1 });
  const reader = await openReader(chain);
  await openBuy(page, studio.origin, SEAT.kind);
  await connectWallet(page);
  await expect(page.getByTestId("buy-form")).toContainText("The wallet is on another network");
  await expect(page.getByTestId("pay")).toBeDisabled();
  await page.getByRole("button", { name: "Switch to Signet local chain" }).click();
  await expect(page.getByTestId("pay")).toBeEnabled();

  wallet.will("reject");
  await page.getByLabel("Pay with").selectOption({ label: "tUSD: 60 tUSD" });
  await pay(page);
  await expect(page.getByTestId("transaction-error")).toContainText("You rejected the request");
  wallet.will("approve", "reject");
  await pay(page);
  await expect.poll(() => wallet.log.filter((m) => m === "eth_sendTransaction").length).toBe(1);
  await expect(page.getByTestId("transaction-error")).toContainText("You rejected the request");
  expect(wallet.sent).toEqual([]);
  expect(await reader.allowance(wallet.address)).toBe(0n);

  // Foreseen on the chain before any wallet opens: the coin's own contract can hold no licence.
  await page.getByLabel("Pay with").selectOption({ label: "ETH: 0.02 ETH" });
  await page.getByRole("switch", { name: "another account" }).click();
  await page.getByLabel("Address of its holder").fill(reader.dollar);
  await pay(page);
  await expect(page.getByTestId("transaction-error")).toContainText(
    "The receiver cannot hold a licence",
  );
  await page.getByRole("switch", { name: "another account" }).click();

  // Paused while it is read.
  await page.getByTestId("pay").click();
  const sale = (open: boolean) =>
    encodeFunctionData({
      abi: licenceTokenAbi,
      functionName: "setSale",
      args: [DEMO, SEAT.kind, open],
    });
  await reader.asOwner(sale(false));
  await expect(page.getByTestId("offer-changed")).toBeVisible();
  await expect(page.getByTestId("open-wallet")).toBeDisabled();
  await page.getByRole("button", { name: "Not yet" }).click();
  await expect(page.getByTestId("not-on-sale")).toBeVisible();
  await reader.asOwner(sale(true));

  // Dearer by the time the block is made.
  await expect(page.getByTestId("pay")).toBeEnabled();
  await chain.setAutomine(false);
  await pay(page);
  await expect(page.getByTestId("transaction-status")).toContainText("waiting for a block");
  await reader.asOwnerFirst(
    encodeFunctionData({
      abi: licenceTokenAbi,
      functionName: "setPrice",
      args: [DEMO, SEAT.kind, zeroAddress, SEAT.priceWei + 1n, true],
    }),
  );
  const count = await reader.newest();
  await chain.mine();
  await expect(page.getByTestId("transaction-status")).toContainText(
    "The price rose above what you agreed to",
  );
  expect(await reader.newest()).toBe(count);
  await page.goto(`${studio.origin}/#/receipts/${wallet.sent[0]}`);
  await expect(page.getByTestId("receipt-reverted")).toContainText("Nothing was bought");
  await page.goto(`${studio.origin}/#/receipts/${wallet.sent[0].replace(/..$/, "ab")}`);
  await expect(page.getByTestId("receipt-unknown")).toBeVisible();
  await page.goto(`${studio.origin}/#/receipts/0x12`);
  await expect(page.getByText("That is not a transaction's hash")).toBeVisible();

  await chain.setAutomine(true);
  await chain.ask("anvil_setBalance", [wallet.address, "0x3e8"]);
  await openBuy(page, studio.origin, EVALUATION.kind);
  await expect(page.getByTestId("funds-short")).toContainText(
    "You have 0.000000000000001 ETH and need 0.002 ETH",
  );
  await expect(page.getByTestId("pay")).toBeDisabled();
});

test("a reload in the middle and a higher fee lead to the receipt all the same", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const wallet = await installWallet();
  await openBuy(page, studio.origin, SEAT.kind);
  await connectWallet(page);
  await chain.setAutomine(false);
  await pay(page);
  await expect(page.getByTestId("transaction-status")).toContainText("waiting for a block");
  await page.reload();
  await expect(page.getByTestId("transaction-status")).toContainText("waiting for a block");
  await expect(page.getByTestId("pay")).toHaveAttribute("aria-disabled", "true");
  const faster = await wallet.speedUp(wallet.sent[0]);
  await chain.mine();
  await expect(page.getByTestId("transaction-status")).toContainText("Confirmed");
  await expect(page.getByTestId("receipt")).toContainText(faster);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`buy, licences and receipt have no serious problem, ${colorScheme}`, async ({
    page,
    studio,
    installWallet,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // Ivan, who bought with the coin.
    await installWallet({ index: IVAN });
    const look = async (name: string): Promise<void> => {
      await expectAccessible(page, name);
      await shoot(page, `${name}-${colorScheme}`);
    };
    await page.goto(`${studio.origin}/#/licences`);
    await expect(page.getByText("Connect a wallet to see its licences")).toBeVisible();
    await look("licences-empty");
    await connectWallet(page);
    await expect(page.getByTestId("licence-list").getByRole("listitem")).toHaveCount(3);
    await look("licences");
    await page.getByTestId("licence-1").getByRole("link", { name: "commercial" }).click();
    await expect(page.getByTestId("renew").getByTestId("pay")).toBeVisible();
    await look("licence");
    await page.getByTestId("licence-history").getByRole("link").click();
    await expect(page.getByTestId("receipt")).toContainText("0.5 ETH");
    await look("receipt");
    await openBuy(page, studio.origin, SEAT.kind);
    await page.getByLabel("Pay with").selectOption({ label: "tUSD: 60 tUSD" });
    await expect(page.getByTestId("pay")).toBeEnabled();
    await look("buy");
    await page.getByTestId("pay").click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await look("buy-review");
  });
}
