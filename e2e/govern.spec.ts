import type { Page } from "@playwright/test";
import { encodeFunctionData } from "viem";
import type { Address, Hex } from "viem";
import { modelSharesAbi } from "../src/chain/generated/modelShares.ts";
import { revenueSplitterAbi } from "../src/chain/generated/revenueSplitter.ts";
import { actAs, chainClient, queueAs } from "./support/actAs.ts";
import { expectAccessible } from "./support/axe.ts";
import { ADA, addressOf, DANA, EMIL, VISITOR } from "./support/cast.ts";
import { expect, test, type TestChain } from "./support/chain.ts";
import { connectWallet } from "./support/connectWallet.ts";
import { marketAddresses } from "./support/marketFile.ts";
import { confirmAct, reviewAndSend } from "./support/reviewAndSend.ts";

/** Address of a model's share token, as the splitter says. */
async function sharesOf(chain: TestChain, model: bigint): Promise<Address> {
  const { contracts } = await marketAddresses(chain);
  return chainClient(chain).readContract({
    address: contracts.splitter,
    abi: revenueSplitterAbi,
    functionName: "sharesOf",
    args: [model],
  });
}

async function open(page: Page, origin: string, path: string, heading: string): Promise<void> {
  await page.goto(`${origin}/#${path}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
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
  await connectWallet(page);
  await page.getByTestId("own-models").getByRole("link", { name: "Signet demo model" }).click();
  await expect(page.getByTestId("holders")).toContainText("700,000 (70 %)");
  await proposePrice(page, "0.75", "<b>Cheaper</b> than [others](javascript:alert(1)).");
  const preview = page.getByTestId("preview");
  await expect(preview).toContainText("Sets the price of “commercial” to 0.75 ETH.");
  await expect(preview.getByTestId("effects")).toContainText("0.5 ETH");

  // Rejected, nothing is sent; too little coin, the wallet is not even opened.
  wallet.will("reject");
  await reviewAndSend(page, "propose");
  const problem = page.getByTestId("transaction-error");
  await expect(problem).toContainText("You rejected the request in the wallet.");
  const rich = await chain.ask("eth_getBalance", [wallet.address, "latest"]);
  await chain.ask("anvil_setBalance", [wallet.address, "0x3e8"]);
  await reviewAndSend(page, "propose");
  await expect(problem).toContainText("and needs");
  await chain.ask("anvil_setBalance", [wallet.address, rich]);
  expect(wallet.sent).toEqual([]);
  await reviewAndSend(page, "propose");
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
  await expect(next).toContainText(/^Voting ends in (5 d|4 d 23 h)/);

  // Sent again with a higher fee, and watched on after a reload in the middle.
  await chain.setAutomine(false);
  await page.getByRole("radio", { name: /^For/ }).check();
  await page.getByTestId("vote-form").getByLabel("Reason").fill("Sells <i>more</i>.");
  await reviewAndSend(page, "vote");
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
  await queueAs(chain, EMIL, { to: first.to, data: first.input });
  await reviewAndSend(page, "vote");
  await expect(problem).toContainText("You voted on this proposal before.");
  expect(wallet.sent).toHaveLength(2);
  await chain.mine();
  await expect(page.getByTestId("voted")).toContainText("200,000 votes");
  await chain.setAutomine(true);
  await expect(page.getByTestId("votes-for")).toContainText("For 900,000 (100 %)");

  await page.getByTestId("pass-time").click();
  await expect(next).toContainText("It lapses unless somebody queues it in 1");
  await reviewAndSend(page, "queue");
  await expect(next).toContainText(/^It can be executed in (2 d|1 d 23 h)/);
  await expect(page.getByTestId("execute")).toHaveCount(0);
  await page.getByTestId("pass-time").click();
  await reviewAndSend(page, "execute");
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
  await connectWallet(page);
  await expect(page.getByTestId("activation")).toContainText("One account holds all shares.");
  await expect(page.getByTestId("activate")).toBeDisabled();
  const transfer = encodeFunctionData({
    abi: modelSharesAbi,
    functionName: "transfer",
    args: [addressOf(EMIL), 50_000n],
  });
  await actAs(chain, ADA, { to: taleBase, data: transfer });
  await confirmAct(page, "activate", "Activate the DAO");
  await expect(page.getByTestId("transaction-error")).toContainText(
    "The wallet is on another network.",
  );
  await page.getByTestId("wrong-network").getByRole("button").click();
  await expect(page.getByTestId("wrong-network")).toHaveCount(0);
  await confirmAct(page, "activate", "Activate the DAO");
  await expect(page.getByText("DAO active")).toBeVisible();

  await wallet.changeAccount(EMIL);
  await expect(page.getByTestId("delegation")).toContainText("50,000");
  await page.getByRole("radio", { name: "Somebody else" }).check();
  await page.getByLabel("Account that votes for you").fill(addressOf(ADA));
  await reviewAndSend(page, "delegate");
  await expect(page.getByTestId("holders")).toContainText("1,000,000");

  await wallet.changeAccount(ADA);
  const query = `propose=improver&account=${addressOf(VISITOR)}&shares=20000`;
  await page.goto(`${studio.origin}/#/govern/1?${query}`);
  const preview = page.getByTestId("preview");
  await expect(preview).toContainText(`Admits ${addressOf(VISITOR)} with 20,000 new shares.`);
  await expect(preview).toContainText("Two thirds");
  await page
    .getByTestId("new-proposal")
    .getByLabel("Description")
    .fill("Found a better tokenizer.");
  await reviewAndSend(page, "propose");
  await page.getByTestId("proposed").getByRole("link").click();
  const next = page.getByTestId("next-step");
  await expect(next).toContainText("Voting opens");
  await page.getByTestId("pass-time").click();
  await reviewAndSend(page, "vote");
  await expect(page.getByTestId("voted")).toContainText("1,000,000 votes");
  await expect(next).toContainText("Voting ends");
  await page.getByTestId("pass-time").click();
  await reviewAndSend(page, "queue");
  await expect(next).toContainText("It can be executed");
  await page.getByTestId("pass-time").click();
  await reviewAndSend(page, "execute");
  await expect(next).toContainText("Nothing more can happen to it.");
  await page.getByRole("link", { name: "Tale Base" }).click();
  await expect(page.getByTestId("holders")).toContainText("20,000 (1.96 %)");
  const balance = await chainClient(chain).readContract({
    address: taleBase,
    abi: modelSharesAbi,
    functionName: "balanceOf",
    args: [addressOf(VISITOR)],
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
      await expectAccessible(page, `${screen}, ${colorScheme}`);
    }
  };
  await installWallet({ index: DANA });
  await open(page, studio.origin, "/govern", "Govern");
  await connectWallet(page);
  await expect(page.getByTestId("own-models")).toBeVisible();
  await check("list");
  await open(page, studio.origin, "/govern/4", "Signet demo model");
  await proposePrice(page, "0.6", "Try it.");
  await expect(page.getByTestId("preview")).toBeVisible();
  await check("model");
  await reviewAndSend(page, "propose");
  await page.getByTestId("proposed").getByRole("link").click();
  await confirmAct(page, "cancel", "Cancel the proposal");
  await expect(page.getByTestId("next-step")).toHaveText("Nothing more can happen to it.");
  await page.getByRole("link", { name: "Signet demo model" }).click();
  await expect(page.getByTestId("proposals").locator("[data-phase=cancelled]")).toBeVisible();
  await proposePrice(page, "0.7", "Try it again.");
  await reviewAndSend(page, "propose");
  await page.getByTestId("proposed").getByRole("link").click();
  await page.getByTestId("pass-time").click();
  await reviewAndSend(page, "vote");
  await expect(page.getByTestId("voted")).toBeVisible();
  await check("proposal");
});
