import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import * as v from "valibot";
import { createPublicClient, encodeFunctionData, http } from "viem";
import type { Address, Hex } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { chainAddressesSchema } from "../src/chain/addresses/schema.ts";
import { modelSharesAbi } from "../src/chain/generated/modelShares.ts";
import { revenueSplitterAbi } from "../src/chain/generated/revenueSplitter.ts";
import { TEST_PHRASE } from "../src/chain/market/demoCast.ts";
import { seriousProblems } from "./support/axe.ts";
import { expect, test, type TestChain } from "./support/chain.ts";

const ADA = 1;
const DANA = 4;
const EMIL = 5;

const addressOf = (index: number): Address =>
  mnemonicToAccount(TEST_PHRASE, { addressIndex: index }).address;

/** Address of a model's share token, as the splitter says. */
async function sharesOf(chain: TestChain, model: bigint): Promise<Address> {
  const market: unknown = JSON.parse(await readFile(chain.marketFile, "utf8"));
  const { contracts } = v.parse(chainAddressesSchema, Reflect.get(Object(market), "addresses"));
  return createPublicClient({ transport: http(chain.rpcUrl) }).readContract({
    address: contracts.splitter,
    abi: revenueSplitterAbi,
    functionName: "sharesOf",
    args: [model],
  });
}

/** Sends from one of the node's own accounts, past the page. */
function sendPast(chain: TestChain, from: number, to: Address, data: Hex): Promise<Hex> {
  return chain.ask("eth_sendTransaction", [{ from: addressOf(from), to, data, gas: "0x7a1200" }]);
}

async function connect(page: Page): Promise<void> {
  await page.locator("header").getByTestId("connect").click();
  await page.getByRole("dialog").getByRole("button", { name: "Test Wallet" }).click();
  await expect(page.getByTestId("account")).toBeVisible();
}

async function open(page: Page, origin: string, path: string, heading: string): Promise<void> {
  await page.goto(`${origin}/#${path}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
}

/** Presses a button, agrees to the review, and lets the wallet answer. */
async function send(page: Page, button: string): Promise<void> {
  await page.getByTestId(button).click();
  await page.getByTestId("open-wallet").click();
}

const status = (page: Page) => page.getByTestId("transaction-status");

async function proposePrice(page: Page, amount: string, why: string): Promise<void> {
  const form = page.getByTestId("new-proposal");
  await form.getByLabel("Kind of licence").selectOption("2");
  await form.getByLabel("New price").fill(amount);
  await form.getByLabel("Description").fill(why);
}

test("a price is proposed, voted on by two, queued, executed and shown in the market", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const wallet = await installWallet({ index: DANA });
  await open(page, studio.origin, "/govern", "Govern");
  await connect(page);
  await page.getByTestId("own-models").getByRole("link", { name: "Signet demo model" }).click();
  await expect(page.getByTestId("holders")).toContainText("700,000 (70 %)");
  await proposePrice(page, "0.75", "<b>Cheaper</b> than [others](javascript:alert(1)).");
  const preview = page.getByTestId("preview");
  await expect(preview).toContainText("Sets the price of “commercial” to 0.75 ETH.");
  await expect(preview.getByTestId("effects")).toContainText("0.5 ETH");

  // Rejected, nothing is sent; too little coin, the wallet is not even opened.
  wallet.will("reject");
  await send(page, "propose");
  const problem = page.getByTestId("transaction-error");
  await expect(problem).toContainText("You rejected the request in the wallet.");
  const rich = await chain.ask("eth_getBalance", [wallet.address, "latest"]);
  await chain.ask("anvil_setBalance", [wallet.address, "0x3e8"]);
  await send(page, "propose");
  await expect(problem).toContainText("and needs");
  await chain.ask("anvil_setBalance", [wallet.address, rich]);
  expect(wallet.sent).toEqual([]);
  await send(page, "propose");
  await page.getByTestId("proposed").getByRole("link").click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "Sets the price of “commercial” to 0.75 ETH.",
  );
  const description = page.getByTestId("description");
  await expect(description).toContainText("<b>Cheaper</b> than [others](javascript:alert(1)).");
  await expect(description.locator("b, a")).toHaveCount(0);
  const next = page.getByTestId("next-step");
  await expect(next).toContainText(/^Voting opens in (1 d|23 h)/);
  await page.getByTestId("pass-time").click();
  await expect(next).toContainText("Voting ends in 5 d");

  // Sent again with a higher fee, and watched on after a reload in the middle.
  await chain.setAutomine(false);
  await page.getByRole("radio", { name: /^For/ }).check();
  await page.getByTestId("vote-form").getByLabel("Reason").fill("Sells <i>more</i>.");
  await send(page, "vote");
  await expect(status(page)).toContainText("Sent, waiting for a block");
  await page.reload();
  await expect(status(page)).toContainText("Sent, waiting for a block");
  const faster = await wallet.speedUp(wallet.sent[1]);
  await chain.mine();
  await expect(page.getByTestId("voted")).toContainText("700,000 votes");
  await chain.setAutomine(true);
  await expect(page.getByTestId("voters")).toContainText("Sells <i>more</i>.");

  await wallet.changeAccount(EMIL);
  // A vote that the page could not see yet makes the second one fail before the wallet opens, with the governor's reason.
  await expect(page.getByTestId("vote-form")).toContainText("200,000 votes");
  await page.getByRole("radio", { name: "Against" }).check();
  await chain.setAutomine(false);
  const first = await chain.ask<{ input: Hex; to: Address }>("eth_getTransactionByHash", [faster]);
  await sendPast(chain, EMIL, first.to, first.input);
  await send(page, "vote");
  await expect(problem).toContainText("You voted on this proposal before.");
  expect(wallet.sent).toHaveLength(2);
  await chain.mine();
  await expect(page.getByTestId("voted")).toContainText("200,000 votes");
  await chain.setAutomine(true);
  await expect(page.getByTestId("votes-for")).toContainText("For 900,000 (100 %)");

  await page.getByTestId("pass-time").click();
  await expect(next).toContainText("It lapses unless somebody queues it in 1");
  await send(page, "queue");
  await expect(next).toContainText(/^It can be executed in (2 d|1 d 23 h)/);
  await expect(page.getByTestId("execute")).toHaveCount(0);
  await page.getByTestId("pass-time").click();
  await send(page, "execute");
  await expect(next).toContainText("Nothing more can happen to it.");
  await open(page, studio.origin, "/market/4", "Signet demo model");
  await expect(page.getByTestId("offer-commercial")).toContainText("0.75 ETH");
});

test("an owner activates a DAO, a holder delegates, and a link admits an improver", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const taleBase = await sharesOf(chain, 1n);
  const wallet = await installWallet({ index: ADA, chainId: 1, known: [1, 31_337] });
  await open(page, studio.origin, "/govern/1", "Tale Base");
  await connect(page);
  await expect(page.getByTestId("activation")).toContainText("One account holds all shares.");
  await expect(page.getByTestId("activate")).toBeDisabled();
  const transfer = encodeFunctionData({
    abi: modelSharesAbi,
    functionName: "transfer",
    args: [addressOf(EMIL), 50_000n],
  });
  await sendPast(chain, ADA, taleBase, transfer);
  const activate = page.getByTestId("activate");
  await activate.click();
  const confirm = page.getByRole("alertdialog").getByRole("button", { name: "Activate the DAO" });
  await confirm.click();
  await expect(page.getByTestId("transaction-error")).toContainText(
    "The wallet is on another network.",
  );
  await page.getByTestId("wrong-network").getByRole("button").click();
  await expect(page.getByTestId("wrong-network")).toHaveCount(0);
  await activate.click();
  await confirm.click();
  await expect(page.getByText("DAO active")).toBeVisible();

  await wallet.changeAccount(EMIL);
  await expect(page.getByTestId("delegation")).toContainText("50,000");
  await page.getByRole("radio", { name: "Somebody else" }).check();
  await page.getByLabel("Account that votes for you").fill(addressOf(ADA));
  await send(page, "delegate");
  await expect(page.getByTestId("holders")).toContainText("1,000,000");

  await wallet.changeAccount(ADA);
  const query = `propose=improver&account=${addressOf(0)}&shares=20000`;
  await page.goto(`${studio.origin}/#/govern/1?${query}`);
  const preview = page.getByTestId("preview");
  await expect(preview).toContainText(`Admits ${addressOf(0)} with 20,000 new shares.`);
  await expect(preview).toContainText("Two thirds");
  await page
    .getByTestId("new-proposal")
    .getByLabel("Description")
    .fill("Found a better tokenizer.");
  await send(page, "propose");
  await page.getByTestId("proposed").getByRole("link").click();
  await page.getByTestId("pass-time").click();
  await send(page, "vote");
  await expect(page.getByTestId("voted")).toContainText("1,000,000 votes");
  await page.getByTestId("pass-time").click();
  await send(page, "queue");
  await page.getByTestId("pass-time").click();
  await send(page, "execute");
  await expect(page.getByTestId("next-step")).toContainText("Nothing more can happen to it.");
  await page.getByRole("link", { name: "Tale Base" }).click();
  await expect(page.getByTestId("holders")).toContainText("20,000 (1.96 %)");
  const balance = await createPublicClient({ transport: http(chain.rpcUrl) }).readContract({
    address: taleBase,
    abi: modelSharesAbi,
    functionName: "balanceOf",
    args: [addressOf(0)],
  });
  expect(balance).toBe(20_000n);
});

test("a proposal is cancelled, and no screen has a serious problem, light or dark", async ({
  page,
  studio,
  installWallet,
}) => {
  const check = async (screen: string): Promise<void> => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      expect(await seriousProblems(page), `${screen}, ${colorScheme}`).toEqual([]);
    }
  };
  await installWallet({ index: DANA });
  await open(page, studio.origin, "/govern", "Govern");
  await connect(page);
  await expect(page.getByTestId("own-models")).toBeVisible();
  await check("list");
  await open(page, studio.origin, "/govern/4", "Signet demo model");
  await proposePrice(page, "0.6", "Try it.");
  await expect(page.getByTestId("preview")).toBeVisible();
  await check("model");
  await send(page, "propose");
  await page.getByTestId("proposed").getByRole("link").click();
  await page.getByTestId("cancel").click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel the proposal" }).click();
  await expect(page.getByTestId("next-step")).toHaveText("Nothing more can happen to it.");
  await page.getByRole("link", { name: "Signet demo model" }).click();
  await expect(page.getByTestId("proposals").locator("[data-phase=cancelled]")).toBeVisible();
  await proposePrice(page, "0.7", "Try it again.");
  await send(page, "propose");
  await page.getByTestId("proposed").getByRole("link").click();
  await page.getByTestId("pass-time").click();
  await send(page, "vote");
  await expect(page.getByTestId("voted")).toBeVisible();
  await check("proposal");
});
