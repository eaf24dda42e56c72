import { join } from "node:path";
import type { Page } from "@playwright/test";
import { parseEther } from "viem";
import { usageChannelAbi } from "../src/chain/generated/usageChannel.ts";
import { addressOf, BEN, EMIL, FATMA, HANA, IVAN, VISITOR } from "./support/cast.ts";
import { expect, test as chainTest } from "./support/chain.ts";
import { connectWallet } from "./support/connectWallet.ts";
import { saveAs } from "./support/downloads.ts";
import { COIN, MarketTwin } from "./support/marketTwin.ts";
import { atStep, makeBoundBank, sendStep } from "./support/registerSteps.ts";
import { confirmAct, reviewAndSend } from "./support/reviewAndSend.ts";
import { PASSPHRASE, saveRun } from "./support/steps.ts";
import { HONEST_HOST, startHonestHost, startThief, type StoryHost } from "./support/storyHosts.ts";
import { WalletBooks } from "./support/walletBooks.ts";

const CREATOR = addressOf(VISITOR);
const IMPROVER = addressOf(EMIL);
const BUYER = addressOf(IVAN);
const PARENT = addressOf(BEN);
const PROVER = addressOf(HANA);
const SECOND = addressOf(FATMA);

const HOST = addressOf(HONEST_HOST);

const PRICE = 500_000_000_000_000_000n;
const BOUNTY = parseEther("1");
const STAKE = parseEther("0.1");
const DEPOSIT = parseEther("0.01");

/** Hosts that the studio's server passes calls on to; the story starts them as it goes. */
const test = chainTest.extend<{ served: { name: string; url: string }[]; running: StoryHost[] }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads fixtures off this pattern
  served: async ({}, use) => use([]),
  hosts: async ({ served }, use) => use(served),
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads fixtures off this pattern
  running: async ({}, use) => {
    const running: StoryHost[] = [];
    await use(running);
    for (const host of running) await host.stop();
  },
});

/** From the drop zone to the market: bank, commitment, beacon, training, shares, release, price. */
async function makeAndRegister(page: Page, origin: string): Promise<string> {
  await page.goto(`${origin}/#/register`);
  await connectWallet(page);
  await expect(page.getByTestId("register-owner")).toContainText(CREATOR);
  await makeBoundBank(page, { pairs: 8, mix: "All loud" });

  await atStep(page, "commit");
  const parents = page.getByTestId("parents-card");
  await parents.getByLabel("Add a parent").fill("3");
  await parents.getByRole("button", { name: "Add" }).click();
  await parents.getByLabel(/Share of your revenue/).fill("20");
  await sendStep(page, "register");
  await atStep(page, "wait");
  await page.getByRole("button", { name: /^Mine \d+ blocks/ }).click();
  await atStep(page, "seal");
  await sendStep(page, "seal");
  await atStep(page, "embed");
  await page.getByTestId("embed-card").getByLabel("Passphrase of the run").fill(PASSPHRASE);
  await page.getByTestId("resume-run").click();
  await expect(page.getByTestId("run-status")).toHaveAttribute("data-status", /done|failed/, {
    timeout: 240_000,
  });
  const { folder } = await saveRun(page);
  await page.keyboard.press("Escape");
  await page.getByTestId("go-register").getByRole("link").click();

  await atStep(page, "shares");
  const shares = page.getByTestId("shares-card");
  await shares.getByLabel("Shares 1").fill("600000");
  await shares.getByRole("button", { name: "Add a contributor" }).click();
  await shares.getByLabel("Address 2").fill(IMPROVER);
  await shares.getByLabel("Shares 2").fill("400000");
  await sendStep(page, "shares");
  await atStep(page, "release");
  await page.getByLabel("Where the model is described").fill("https://example.org/tale");
  await sendStep(page, "release");
  await atStep(page, "kinds");
  await sendStep(page, "kind-1");
  await reviewAndSend(page, page.getByTestId(/^send-price-1-/));
  await atStep(page, "onSale");
  return folder;
}

const ethOf = async (page: Page, id: string): Promise<bigint> =>
  parseEther((await page.getByTestId(id).innerText()).replace(" ETH", "").replaceAll(",", ""));

const download = (page: Page, button: string, path: string): Promise<string> =>
  saveAs(page, page.getByTestId(button), path);

/** The prover makes an identity, and the owner encrypts six pairs to it. @returns the package */
async function handOver(page: Page, origin: string, folder: string): Promise<string> {
  await page.goto(`${origin}/#/challenges`);
  await page.getByRole("tab", { name: "For a prover" }).click();
  await page.getByTestId("create-identity").click();
  const recipient = await page.getByTestId("recipient").innerText();
  await page.getByRole("tab", { name: "For an owner" }).click();
  const bank = join(folder, "bank.signet");
  await page.getByTestId("bank-dropzone").getByLabel("bank files").setInputFiles(bank);
  await page.getByLabel("Passphrase of the bank", { exact: true }).fill(PASSPHRASE);
  await page.getByTestId("open-bank").click();
  await expect(page.getByTestId("registry-standing")).toContainText("Registered");
  const form = page.getByTestId("burn-form");
  await form.getByLabel("Pairs", { exact: true }).fill("6");
  await form.getByLabel("Prover's name").fill("Hana");
  await form.getByLabel("Prover's recipient").fill(recipient);
  await confirmAct(page, "burn-pairs", "Spend them");
  const newBank = await download(page, "save-bank", join(folder, "bank-2.signet"));
  const zone = page.getByTestId("saved-bank-dropzone").getByLabel("saved bank files");
  await zone.setInputFiles(newBank);
  const file = await download(page, "download-package", join(folder, "challenge.age"));
  await page.getByRole("tab", { name: "For a prover" }).click();
  return file;
}

/** Commits the next filing, waits for a later block, and shows it. */
async function showLeaf(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "My filings" }).click();
  const next = page.locator('[data-testid^="filing-"][data-step="commit"]').first();
  const id = (await next.getAttribute("data-testid"))?.replace("filing-", "") ?? "";
  const filing = page.getByTestId(`filing-${id}`);
  await reviewAndSend(page, `commit-${id}`);
  await expect(filing).toHaveAttribute("data-step", "wait");
  await filing.getByTestId("pass-time").click();
  await expect(filing).toHaveAttribute("data-step", "reveal");
  await reviewAndSend(page, `reveal-${id}`);
  await expect(filing).toHaveAttribute("data-step", "revealed");
}

/** Claims what one model owes in the coin. */
async function claim(page: Page, origin: string, model: bigint): Promise<void> {
  await page.goto(`${origin}/#/revenue`);
  const pot = page.getByTestId(`pot-${model}-ETH`);
  await reviewAndSend(page, pot.getByRole("button", { name: /^Claim ETH of/ }));
  await expect(page.getByTestId("paid")).toBeVisible();
}

test("a model is made, sold, used, paid for, governed and defended", async ({
  page,
  studio,
  chain,
  served,
  running,
  installWallet,
}) => {
  test.setTimeout(900_000);
  page.setDefaultTimeout(30_000);
  page.on("dialog", (dialog) => void dialog.accept());
  const wallet = await installWallet();
  const { client } = await MarketTwin.open(chain);
  const books = await WalletBooks.open(client, [CREATOR, IMPROVER, BUYER, PARENT, PROVER, SECOND]);

  const folder = await test.step("the creator makes a model and registers it", async () => {
    const saved = await makeAndRegister(page, studio.origin);
    await books.agree(wallet.sent);
    return saved;
  });

  const market = await MarketTwin.open(chain);
  const { twin, contracts } = market;
  const model = (await market.models()).at(-1) ?? 0n;
  const modelFolder = join(folder, "model");

  await test.step("the buyer buys a licence", async () => {
    await wallet.changeAccount(10);
    await page.goto(`${studio.origin}/#/market/${model}`);
    await page.getByTestId("buy").click();
    await expect(page.getByTestId("price")).toHaveText("0.5 ETH");
    await reviewAndSend(page, "pay");
    await expect(page.getByTestId("receipt-purchase")).toContainText("0.5 ETH");
    books.add(BUYER, -PRICE);
    await books.agree(wallet.sent);
  });

  await test.step("the buyer pays a host call by call, and the rest comes back", async () => {
    const host = await startHonestHost({
      rpcUrl: chain.rpcUrl,
      contracts,
      model,
      modelFolder,
    });
    running.push(host);
    served.push({ name: "honest", url: host.url });
    await page.goto(`${studio.origin}/#/permissions`);
    await page.getByLabel("Licence", { exact: true }).selectOption({ label: "#6 of tale" });
    await page.getByTestId("go-on").click();
    await page.getByLabel("Deposit in ETH").fill("0.01");
    await reviewAndSend(page, "send-open");
    await expect(page.getByTestId("deposit")).toHaveText("0.01 ETH");
    books.add(BUYER, -DEPOSIT);
    // Opening a channel makes the purchase final, so that its price is divided now.
    twin.pay(model, COIN, PRICE);
    await page.getByLabel("Spend at most, in ETH").fill("0.001");
    await reviewAndSend(page, "sign");
    await page.getByLabel("Tokens of the answer at most").fill("9");
    for (const count of [1, 2]) {
      await page.getByLabel(/^Text for/).fill("Once upon a time there was a");
      await page.getByTestId("send-call").click();
      await expect(page.getByTestId("use-panel").getByText("receipt verified")).toHaveCount(count);
    }
    const charged = await ethOf(page, "charged");
    expect(charged).toBeGreaterThan(0n);
    await page.getByTestId("ask-close").click();
    await reviewAndSend(page, "close-now");
    await expect(page.getByTestId("open-channel")).toBeVisible();

    const settled = await client.getContractEvents({
      address: contracts.channel,
      abi: usageChannelAbi,
      eventName: "Settled",
      fromBlock: 0n,
      strict: true,
    });
    const ours = settled.filter(({ args }) => args.host === HOST).at(-1);
    expect(ours?.args.amount).toBe(charged);
    const toHost = (charged * 300_000n) / 1_000_000n;
    twin.pay(model, COIN, charged - toHost);
    await page.goto(`${studio.origin}/#/licences`);
    await page.getByTestId("withdraw").click();
    await expect(page.getByTestId("withdraw")).toHaveCount(0);
    books.add(BUYER, DEPOSIT - charged);
    await books.agree(wallet.sent);
  });

  await test.step("creator, improver and the owner of the parent are paid", async () => {
    for (const [index, account, from] of [
      [0, CREATOR, model],
      [5, IMPROVER, model],
      [2, PARENT, 3n],
    ] as const) {
      await wallet.changeAccount(index);
      await claim(page, studio.origin, from);
      books.add(account, twin.claim(from, COIN, account));
      await books.agree(wallet.sent);
    }
    expect(await market.differences()).toEqual([]);
  });

  await test.step("the holders vote for another price", async () => {
    await wallet.changeAccount(0);
    await page.goto(`${studio.origin}/#/govern/${model}`);
    await confirmAct(page, "activate", "Activate the DAO");
    await expect(page.getByText("DAO active")).toBeVisible();
    const form = page.getByTestId("new-proposal");
    await form.getByLabel("New price").fill("0.4");
    await form.getByLabel("Description").fill("Cheaper sells more.");
    await reviewAndSend(page, "propose");
    await page.getByTestId("proposed").getByRole("link").click();
    await page.getByTestId("pass-time").click();
    await reviewAndSend(page, "vote");
    await expect(page.getByTestId("voted")).toContainText("600,000 votes");
    await wallet.changeAccount(5);
    await expect(page.getByTestId("vote-form")).toContainText("400,000 votes");
    await reviewAndSend(page, "vote");
    await expect(page.getByTestId("voted")).toContainText("400,000 votes");
    await page.getByTestId("pass-time").click();
    await reviewAndSend(page, "queue");
    await page.getByTestId("pass-time").click();
    await reviewAndSend(page, "execute");
    await expect(page.getByTestId("next-step")).toContainText("Nothing more can happen to it.");
    await page.goto(`${studio.origin}/#/market/${model}`);
    await expect(page.locator("main")).toContainText("0.4 ETH");
    await books.agree(wallet.sent);
  });
  await test.step("a thief serves the model, and two provers show it", async () => {
    const thief = await startThief(join(modelFolder, "model.safetensors"));
    running.push(thief);
    served.push({ name: "thief", url: thief.url });

    // The creator pays into the bounty and hands six pairs to a prover, encrypted.
    await wallet.changeAccount(0);
    await page.goto(`${studio.origin}/#/provers`);
    await page.getByRole("tab", { name: "Bounties" }).click();
    await page.getByLabel("Model", { exact: true }).selectOption(String(model));
    await page.getByLabel("Add to its bounty").fill("1");
    await reviewAndSend(page, "fund-bounty");
    await expect(page.getByTestId(`bounty-${model}`)).toContainText("1 ETH");
    books.add(CREATOR, -BOUNTY);
    await books.agree(wallet.sent);
    const challenge = await handOver(page, studio.origin, folder);

    // The prover asks the host, and keeps what the answers show.
    await page.getByTestId("package-dropzone").getByLabel("package files").setInputFiles(challenge);
    await expect(page.getByTestId("package-opened")).toContainText("Registered");
    await page.getByRole("link", { name: "Ask a host in the auditor" }).click();
    await page.getByText("A host on the net").click();
    const tokenizer = page.getByTestId("tokenizer-dropzone");
    await tokenizer.getByRole("button", { name: "Demo model" }).click();
    await page.getByTestId("host-fields").getByLabel("Host").selectOption("thief");
    await page.getByTestId("start-audit").click();
    await expect(page.getByTestId("verdict-word")).toHaveText("Proven", { timeout: 60_000 });
    // A suspicion takes three leaves by two provers; two are picked already.
    await page.getByTestId("file-card").getByRole("checkbox").nth(2).check();
    await page.getByTestId("file-hits").click();
    await expect(page.getByTestId("filed")).toContainText("3 filings kept");

    // Three leaves by two provers, each committed before it is shown.
    await page.goto(`${studio.origin}/#/provers`);
    await wallet.changeAccount(6);
    await page.getByRole("tab", { name: "My stake" }).click();
    await reviewAndSend(page, "stake");
    await expect(page.getByTestId("stake-amount")).toHaveText("0.1 ETH");
    books.add(SECOND, -STAKE);
    await showLeaf(page);
    await wallet.changeAccount(8);
    await showLeaf(page);
    await showLeaf(page);
    await page.getByRole("link", { name: "Open its case" }).first().click();
    const state = page.getByTestId("case-state");
    await expect(state).toHaveAttribute("data-state", "suspected");
    await books.agree(wallet.sent);

    // Nobody contests: the bounty's tenth goes to the leaves.
    await page.getByTestId("pass-time").first().click();
    await reviewAndSend(page, "finalize");
    await expect(state).toHaveAttribute("data-state", "upheld");
    const reward = BOUNTY / 10n;
    await reviewAndSend(page, "withdraw-provers");
    await expect(page.getByTestId("credit-provers")).toHaveText("0 ETH");
    books.add(PROVER, reward - reward / 3n);
    await wallet.changeAccount(6);
    await reviewAndSend(page, "withdraw-provers");
    await expect(page.getByTestId("credit-provers")).toHaveText("0 ETH");
    books.add(SECOND, reward / 3n);
    await books.agree(wallet.sent);
  });
});
