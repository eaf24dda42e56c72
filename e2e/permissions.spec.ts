import type { Page } from "@playwright/test";
import { encodeFunctionData, formatEther, parseEther, zeroAddress } from "viem";
import type { Address, PublicClient } from "viem";
import { licenceTokenAbi } from "../src/chain/generated/licenceToken.ts";
import { revenueSplitterAbi } from "../src/chain/generated/revenueSplitter.ts";
import { usageChannelAbi } from "../src/chain/generated/usageChannel.ts";
import { decodeToken } from "../src/permission/token.ts";
import { actAs, chainClient } from "./support/actAs.ts";
import { expectAccessible } from "./support/axe.ts";
import { addressOf, GUARDIAN, HANA, HOST, IVAN, VISITOR } from "./support/cast.ts";
import type { TestChain } from "./support/chain.ts";
import { connectWallet } from "./support/connectWallet.ts";
import { expect, test } from "./support/demoHost.ts";
import { savedJson } from "./support/downloads.ts";
import { marketAddresses } from "./support/marketFile.ts";
import { shoot } from "./support/pictures.ts";
import { confirmAct, reviewAndSend } from "./support/reviewAndSend.ts";

const MODEL = 4n;
const SEAT = 3;
const SEAT_PRICE = 20_000_000_000_000_000n;
const LOCAL = 31_337;
const PROMPT = "Once upon a time there was a";
const visitor = addressOf(VISITOR);
const host = addressOf(HOST);

// The host's settlements are awaited here.
test.use({ settleEverySeconds: 1 });

class Books {
  readonly #chain: TestChain;
  readonly #client: PublicClient;
  readonly #contracts: Record<"licences" | "channel" | "splitter", Address>;

  constructor(chain: TestChain, contracts: Record<"licences" | "channel" | "splitter", Address>) {
    this.#chain = chain;
    this.#client = chainClient(chain);
    this.#contracts = contracts;
  }

  static async open(chain: TestChain): Promise<Books> {
    return new Books(chain, (await marketAddresses(chain)).contracts);
  }

  /** Buys a seat for the visitor. @returns the licence's number */
  async buy(): Promise<bigint> {
    const licences = { address: this.#contracts.licences, abi: licenceTokenAbi } as const;
    const termsHash = await this.#client.readContract({
      ...licences,
      functionName: "termsHashOf",
      args: [MODEL, SEAT],
    });
    const order = {
      model: MODEL,
      kind: SEAT,
      to: visitor,
      token: zeroAddress,
      maxPrice: SEAT_PRICE,
      termsHash,
    };
    const data = encodeFunctionData({ abi: licenceTokenAbi, functionName: "buy", args: [order] });
    await actAs(this.#chain, VISITOR, { to: licences.address, data, value: SEAT_PRICE });
    return this.#client.readContract({ ...licences, functionName: "licenceCount" });
  }

  /** Stops and lets in new channels, as the guardian may. */
  async pause(isPaused: boolean): Promise<void> {
    const abi = usageChannelAbi;
    const data = isPaused
      ? encodeFunctionData({ abi, functionName: "pauseEntry", args: [3_600n] })
      : encodeFunctionData({ abi, functionName: "resumeEntry" });
    await actAs(this.#chain, GUARDIAN, { to: this.#contracts.channel, data });
  }

  /**
   * What a channel's parties and the model have, all as of one block, for the host may settle at any time.
   *
   * @param licence whose channel with the host
   */
  async standing(licence: bigint) {
    const blockNumber = await this.#client.getBlockNumber({ cacheTime: 0 });
    const splitter = { address: this.#contracts.splitter, abi: revenueSplitterAbi } as const;
    const credit = (account: Address) =>
      this.#client.readContract({
        ...splitter,
        functionName: "creditOf",
        args: [account, zeroAddress],
        blockNumber,
      });
    const { gross } = await this.#client.readContract({
      ...splitter,
      functionName: "potOf",
      args: [MODEL, zeroAddress],
      blockNumber,
    });
    const { settled, hostPpm } = await this.#client.readContract({
      address: this.#contracts.channel,
      abi: usageChannelAbi,
      functionName: "channelOf",
      args: [licence, host],
      blockNumber,
    });
    return {
      income: gross,
      ofHost: await credit(host),
      ofHolder: await credit(visitor),
      settled,
      hostPpm: BigInt(hostPpm),
    };
  }

  /** What each settlement of a licence came to. */
  async settlements(licence: bigint): Promise<{ amount: bigint; calls: bigint }[]> {
    const events = await this.#client.getContractEvents({
      address: this.#contracts.channel,
      abi: usageChannelAbi,
      eventName: "Settled",
      args: { licence },
      fromBlock: 0n,
      strict: true,
    });
    return events.map(({ args: { amount, calls } }) => ({ amount, calls }));
  }
}

async function openPermissions(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/#/permissions`);
  await connectWallet(page);
}

/** Opens a channel and signs a permission; nothing is refused on the way. */
async function openAndSign(page: Page, licence: bigint, deposit: string, cap: string) {
  await page.getByLabel("Licence", { exact: true }).selectOption(String(licence));
  await page.getByTestId("go-on").click();
  await page.getByLabel("Deposit in ETH").fill(deposit);
  await reviewAndSend(page, "send-open");
  await expect(page.getByTestId("deposit")).toHaveText(`${deposit} ETH`);
  await sign(page, cap);
}

async function sign(page: Page, cap: string): Promise<void> {
  await page.getByLabel("Spend at most, in ETH").fill(cap);
  await reviewAndSend(page, "sign");
}

const verified = (page: Page) => page.getByTestId("use-panel").getByText("receipt verified");

/** Asks the host and waits for all of its answer; @param count receipts that are there then */
async function call(page: Page, count: number, text = PROMPT): Promise<void> {
  const answers = page.getByTestId("answer");
  const before = await answers.count();
  await page.getByLabel(/^Text for/).fill(text);
  await page.getByTestId("send-call").click();
  await expect(answers).toHaveCount(before + 1);
  await expect(page.getByTestId("send-call")).not.toHaveAttribute("aria-busy", "true");
  await expect(verified(page)).toHaveCount(count);
  await expect(answers.last()).toHaveText(/\S{3}/);
}

const wei = async (page: Page, id: string): Promise<bigint> =>
  parseEther((await page.getByTestId(id).innerText()).replace(" ETH", "").replaceAll(",", ""));

test("opens a channel, signs once, calls by vouchers, and closes to the wei", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const books = await Books.open(chain);
  const licence = await books.buy();
  const wallet = await installWallet();
  await openPermissions(page, studio.origin);
  await expect(page.getByTestId("channels")).toContainText("No channel was opened");
  await expectAccessible(page, "list");

  // Every way in which it may not go on.
  await page.getByLabel("Licence", { exact: true }).selectOption(String(licence));
  await page.getByTestId("go-on").click();
  await expect(page.getByTestId("host")).toContainText("0.00001 ETH");
  await page.getByLabel("Deposit in ETH").fill("20000");
  await expect(page.getByTestId("open-channel")).toContainText("Need 20,000 ETH, have 9,999.");
  await expect(page.getByTestId("send-open")).toBeDisabled();
  await page.getByLabel("Deposit in ETH").fill("0.01");
  wallet.will("reject");
  await reviewAndSend(page, "send-open");
  await expect(page.getByTestId("transaction-error")).toContainText("You rejected the request");
  await wallet.changeChain(1);
  await expect(page.getByTestId("wrong-network")).toBeVisible();
  await wallet.changeChain(LOCAL);
  await expect(page.getByTestId("wrong-network")).toHaveCount(0);
  await reviewAndSend(page, "send-open");
  await expect(page.getByTestId("deposit")).toHaveText("0.01 ETH");

  // Half way: open, and nobody has signed.
  await page.reload();
  wallet.will("reject");
  await sign(page, "0.0001");
  await expect(page.getByTestId("sign-error")).toContainText("You rejected the request");
  const asked = wallet.log.length;
  await sign(page, "0.0001");
  const text = await page.getByTestId("string").innerText();
  expect(text).toMatch(/^oml1\.[\w-]+\.[\w-]+$/);
  expect(await page.evaluate(() => Object.values(localStorage).join("\n"))).not.toContain("oml1");
  await page.getByRole("button", { name: "QR code" }).click();
  await expect(page.getByRole("img", { name: "QR code of the permission string" })).toBeVisible();
  await page.keyboard.press("Escape");

  await page.getByLabel("Tokens of the answer at most").fill("16");
  await call(page, 1);
  await expectAccessible(page, "channel");
  await shoot(page, "permission-in-use");
  // A reload in the middle of a call: whatever became of it, it is paid once or not at all.
  await page.getByLabel(/^Text for/).fill(PROMPT);
  const atHost = page.waitForRequest(
    (request) => request.method() === "POST" && request.url().includes("/hosts/demo/"),
  );
  await page.getByTestId("send-call").click();
  await atHost;
  await page.reload();
  await page.getByLabel("Tokens of the answer at most").fill("16");
  // The receipts kept by then: the first call's, and the second's if it was answered before the reload.
  await expect(verified(page)).not.toHaveCount(0);
  const kept = await verified(page).count();
  await call(page, kept + 1);
  await call(page, kept + 2);
  expect(wallet.log.slice(asked).filter((method) => /sign|send/i.test(method))).toEqual([
    "eth_signTypedData_v4",
  ]);

  // The limit that the user set.
  await page.getByLabel(/^Text for/).fill("word ".repeat(1_000));
  await page.getByTestId("send-call").click();
  await expect(page.getByTestId("call-error")).toContainText(
    "The call could cost more than the permission has left",
  );

  const charged = await wei(page, "charged");
  const numbers = await page
    .getByTestId("use-panel")
    .locator("tbody tr td:first-child")
    .allInnerTexts();
  expect(new Set(numbers).size).toBe(numbers.length);
  await expect.poll(() => wei(page, "settled")).toBeGreaterThan(0n);
  const before = await books.standing(licence);
  expect(before.settled).toBeLessThanOrEqual(charged);

  await page.getByTestId("ask-close").click();
  await reviewAndSend(page, "close-now");
  await expect(page.getByTestId("open-channel")).toBeVisible();
  const receipts = await savedJson(
    page,
    page.getByRole("button", { name: "Download their receipts" }),
  );
  expect(receipts).toMatchObject({ format: "signet-call-receipts", permission: text });
  await confirmAct(page, page.getByRole("button", { name: "Forget them" }), "Forget them");
  await expect(page.getByTestId("old-sessions")).toHaveCount(0);
  const settlements = await books.settlements(licence);
  const paid = settlements.map(({ amount }) => amount);
  expect(paid.reduce((sum, amount) => sum + amount, 0n)).toBe(charged);
  const last = charged - before.settled;
  const toHost = (last * before.hostPpm) / 1_000_000n;
  const after = await books.standing(licence);
  expect(after.ofHolder).toBe(before.ofHolder + parseEther("0.01") - charged);
  expect(after.ofHost).toBe(before.ofHost + toHost);
  expect(after.income).toBe(before.income + last - toHost);
  await page.getByRole("link", { name: "All permissions" }).click();
  const row = page.getByTestId("channel-table").locator("tbody tr");
  await expect(row).toContainText("closed");
  await expect(row.locator("td").nth(6)).toHaveText(`${formatEther(charged)} ETH`);
});

test("a revoked permission is refused in its own words, and the rest comes back", async ({
  page,
  studio,
  chain,
  context,
  installWallet,
}) => {
  const books = await Books.open(chain);
  const licence = await books.buy();
  const wallet = await installWallet();
  await openPermissions(page, studio.origin);
  await openAndSign(page, licence, "0.01", "0.001");
  await page.getByLabel("Tokens of the answer at most").fill("8");
  await call(page, 1);

  // The wallet sends the top-up again with a higher fee.
  await chain.setAutomine(false);
  await page.getByLabel("Add, in ETH").fill("0.001");
  await reviewAndSend(page, "send-top-up");
  await expect(page.getByTestId("top-up")).toContainText("waiting for a block");
  await wallet.speedUp(wallet.sent[1]);
  await chain.mine();
  await chain.setAutomine(true);
  await expect(page.getByTestId("deposit")).toHaveText("0.011 ETH");

  // Another tab that does not hear of the chain any more.
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(verified(other)).toHaveCount(1);
  await other.route("**/rpc", (route) => route.abort());

  await page.getByTestId("revoke").click();
  await page.getByRole("alertdialog").getByTestId("open-wallet").click();
  await expect(page.getByTestId("closing")).toContainText(/another 1[45] min/);
  await expect(page.getByTestId("use-panel")).toHaveCount(0);
  // The host believes what it read of the channel for a second; there is nothing to see of that.
  await page.waitForTimeout(1_200);
  await other.getByLabel(/^Text for/).fill(PROMPT);
  await other.getByTestId("send-call").click();
  await expect(other.getByTestId("call-error")).toContainText(
    "The permission was revoked or replaced by a later one.",
  );
  await other.close();

  // The host settles its last voucher within the delay, then the holder takes out the rest.
  await expect.poll(async () => (await books.settlements(licence)).length).toBe(1);
  const [{ amount, calls }] = await books.settlements(licence);
  expect(calls).toBe(1n);
  await chain.ask("evm_increaseTime", [901]);
  await chain.mine();
  await expect(page.getByTestId("closable")).toBeVisible();
  const before = (await books.standing(licence)).ofHolder;
  await reviewAndSend(page, "finalise");
  await expect(page.getByTestId("open-channel")).toBeVisible();
  const { ofHolder } = await books.standing(licence);
  expect(ofHolder).toBe(before + parseEther("0.011") - amount);
});

test("a host typed by hand is paid in test dollars by another program's key", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const books = await Books.open(chain);
  const licence = await books.buy();
  const wallet = await installWallet();
  await openPermissions(page, studio.origin);
  await page.getByLabel("Host", { exact: true }).selectOption("an address typed here");
  await page.getByLabel("Address of the host").fill(visitor);
  await expect(page.getByTestId("go-on")).toBeDisabled();
  const other = addressOf(HANA);
  await page.getByLabel("Address of the host").fill(other);
  await page.getByLabel("Licence", { exact: true }).selectOption(String(licence));
  await page.getByTestId("go-on").click();
  await expect(page.getByTestId("host")).toContainText("does not list it");
  await page.getByLabel("Pay with").selectOption({ index: 1 });
  await page.getByLabel(/^Deposit in/).fill("2.5");
  await reviewAndSend(page, "send-approve");
  // The chain refuses before the wallet is asked.
  await books.pause(true);
  await reviewAndSend(page, "send-open");
  await expect(page.getByTestId("transaction-error")).toContainText("The guardian paused");
  expect(wallet.sent).toHaveLength(1);
  await books.pause(false);
  await reviewAndSend(page, "send-open");
  await expect(page.getByTestId("deposit")).toHaveText(/^2\.5 /);
  // The allowance was exact.
  expect(wallet.sent).toHaveLength(2);

  await page.getByLabel("Session key").selectOption("elsewhere");
  await page.getByLabel("Address of its key").fill(host);
  await page.getByLabel(/^Spend at most/).fill("1.25");
  await reviewAndSend(page, "sign");
  await expect(page.getByTestId("permission-string")).toContainText("1.25");
  const { message } = decodeToken("Permission", await page.getByTestId("string").innerText());
  expect(message).toMatchObject({
    licence,
    holder: visitor,
    host: other,
    sessionKey: host,
    maxAmount: 1_250_000n,
    maxCalls: 100n,
  });
  await page.reload();
  await expect(page.getByTestId("sign-permission")).toBeVisible();
  await expect(page.getByTestId("permission-string")).toHaveCount(0);
});

test("a channel whose key is elsewhere, in both themes", async ({
  page,
  studio,
  installWallet,
}) => {
  await installWallet({ index: IVAN });
  await openPermissions(page, studio.origin);
  await page.getByTestId("channel-table").getByRole("link", { name: "#2" }).click();
  await expect(page.getByTestId("channel")).toContainText("0.05 ETH");
  await expect(page.getByTestId("key-elsewhere")).toBeVisible();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, colorScheme);
    await shoot(page, `channel-${colorScheme}`);
  }
  await page.setViewportSize({ width: 400, height: 800 });
  await shoot(page, "channel-narrow");
  await page.getByRole("link", { name: "All permissions" }).click();
  await expect(page.getByTestId("new-permission")).toBeVisible();
  const room = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(room).toBeLessThanOrEqual(400);
  await shoot(page, "permissions-narrow");
});
