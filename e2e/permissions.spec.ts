import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import * as v from "valibot";
import {
  createPublicClient,
  createWalletClient,
  formatEther,
  http,
  parseEther,
  zeroAddress,
  type Address,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { importTypeScript } from "../scripts/lib/chain/bundle.mjs";
import { ROOT } from "../scripts/lib/paths.mjs";
import { chainAddressesSchema } from "../src/chain/addresses/schema.ts";
import { licenceTokenAbi } from "../src/chain/generated/licenceToken.ts";
import { revenueSplitterAbi } from "../src/chain/generated/revenueSplitter.ts";
import { usageChannelAbi } from "../src/chain/generated/usageChannel.ts";
import { TEST_PHRASE } from "../src/chain/market/demoCast.ts";
import { decodeToken } from "../src/permission/token.ts";
import { seriousProblems } from "./support/axe.ts";
import { expect, test as chainTest, type TestChain } from "./support/chain.ts";

const MODEL = 4n;
const SEAT = 3;
const SEAT_PRICE = 20_000_000_000_000_000n;
const PROMPT = "Once upon a time there was a";
const visitor = mnemonicToAccount(TEST_PHRASE, { addressIndex: 0 });
const host = mnemonicToAccount(TEST_PHRASE, { addressIndex: 7 });
const guardian = mnemonicToAccount(TEST_PHRASE, { addressIndex: 9 });

const code = importTypeScript<typeof import("../scripts/lib/gateway/demoHost.ts")>(
  "scripts/lib/gateway/demoHost.ts",
);

/** The demo market's own host, with the real gateway and the demo model. */
const test = chainTest.extend({
  hosts: async ({ chain }, use) => {
    const { startDemoHost } = await code;
    const folder = await mkdtemp(join(tmpdir(), "signet-e2e-host-"));
    const served = await startDemoHost({
      rpcUrl: chain.rpcUrl,
      marketFile: chain.marketFile,
      folder,
      modelFolder: join(ROOT, "public", "demo"),
      settleEverySeconds: 1,
      log: () => {},
    });
    await use([{ name: "demo", url: served.url }]);
    await served.stop();
    await rm(folder, { recursive: true, force: true });
  },
});

class Books {
  readonly #chain: TestChain;
  readonly #contracts: Record<"licences" | "channel" | "splitter", Address>;

  constructor(chain: TestChain, contracts: Record<"licences" | "channel" | "splitter", Address>) {
    this.#chain = chain;
    this.#contracts = contracts;
  }

  static async open(chain: TestChain): Promise<Books> {
    const file: unknown = JSON.parse(await readFile(chain.marketFile, "utf8"));
    const { addresses } = v.parse(v.object({ addresses: chainAddressesSchema }), file);
    return new Books(chain, addresses.contracts);
  }

  get client() {
    return createPublicClient({ chain: foundry, transport: http(this.#chain.rpcUrl) });
  }

  /** Buys a seat for the visitor. */
  async buy(): Promise<bigint> {
    const transport = http(this.#chain.rpcUrl);
    const wallet = createWalletClient({ account: visitor, chain: foundry, transport });
    const licences = { address: this.#contracts.licences, abi: licenceTokenAbi } as const;
    const termsHash = await this.client.readContract({
      ...licences,
      functionName: "termsHashOf",
      args: [MODEL, SEAT],
    });
    const order = {
      model: MODEL,
      kind: SEAT,
      to: visitor.address,
      token: zeroAddress,
      maxPrice: SEAT_PRICE,
      termsHash,
    };
    const { request, result } = await this.client.simulateContract({
      ...licences,
      functionName: "buy",
      args: [order],
      value: SEAT_PRICE,
      account: visitor,
    });
    await wallet.writeContract(request);
    return result;
  }

  /** Stops and lets in new channels, as the guardian may. */
  async pause(isPaused: boolean): Promise<void> {
    const transport = http(this.#chain.rpcUrl);
    const wallet = createWalletClient({ account: guardian, chain: foundry, transport });
    const contract = { address: this.#contracts.channel, abi: usageChannelAbi } as const;
    await (isPaused
      ? wallet.writeContract({ ...contract, functionName: "pauseEntry", args: [3_600n] })
      : wallet.writeContract({ ...contract, functionName: "resumeEntry" }));
  }

  credit(account: Address): Promise<bigint> {
    return this.client.readContract({
      address: this.#contracts.splitter,
      abi: revenueSplitterAbi,
      functionName: "creditOf",
      args: [account, zeroAddress],
    });
  }

  async income(): Promise<bigint> {
    const { gross } = await this.client.readContract({
      address: this.#contracts.splitter,
      abi: revenueSplitterAbi,
      functionName: "potOf",
      args: [MODEL, zeroAddress],
    });
    return gross;
  }

  channelOf(licence: bigint) {
    return this.client.readContract({
      address: this.#contracts.channel,
      abi: usageChannelAbi,
      functionName: "channelOf",
      args: [licence, host.address],
    });
  }

  /** What each settlement of a licence came to. */
  async settlements(licence: bigint): Promise<{ amount: bigint; calls: bigint }[]> {
    const events = await this.client.getContractEvents({
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

async function connect(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/#/permissions`);
  await page.locator("header").getByTestId("connect").click();
  await page.getByRole("dialog").getByRole("button", { name: "Test Wallet" }).click();
  await expect(page.getByTestId("account")).toBeVisible();
}

/** Opens a channel and signs a permission; nothing is refused on the way. */
async function openAndSign(page: Page, licence: bigint, deposit: string, cap: string) {
  await page.getByLabel("Licence", { exact: true }).selectOption(String(licence));
  await page.getByTestId("go-on").click();
  await page.getByLabel("Deposit in ETH").fill(deposit);
  await page.getByTestId("send-open").click();
  await page.getByTestId("open-wallet").click();
  await expect(page.getByTestId("deposit")).toHaveText(`${deposit} ETH`);
  await sign(page, cap);
}

async function sign(page: Page, cap: string): Promise<void> {
  await page.getByLabel("Spend at most, in ETH").fill(cap);
  await page.getByTestId("sign").click();
  await page.getByTestId("open-wallet").click();
}

const verified = (page: Page) => page.getByTestId("use-panel").getByText("receipt verified");

async function call(page: Page, count: number, text = PROMPT): Promise<void> {
  await page.getByLabel(/^Text for/).fill(text);
  await page.getByTestId("send-call").click();
  await expect(verified(page)).toHaveCount(count);
  await expect(page.getByTestId("answer").last()).toHaveText(/\S{3}/);
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
  await connect(page, studio.origin);
  await expect(page.getByTestId("channels")).toContainText("No channel was opened");
  expect(await seriousProblems(page), "list").toEqual([]);

  // Every way in which it may not go on.
  await page.getByLabel("Licence", { exact: true }).selectOption(String(licence));
  await page.getByTestId("go-on").click();
  await expect(page.getByTestId("host")).toContainText("0.00001 ETH");
  await page.getByLabel("Deposit in ETH").fill("20000");
  await expect(page.getByTestId("open-channel")).toContainText("Need 20,000 ETH, have 9,999.");
  await expect(page.getByTestId("send-open")).toBeDisabled();
  await page.getByLabel("Deposit in ETH").fill("0.01");
  wallet.will("reject");
  await page.getByTestId("send-open").click();
  await page.getByTestId("open-wallet").click();
  await expect(page.getByTestId("transaction-error")).toContainText("You rejected the request");
  await wallet.changeChain(1);
  await expect(page.getByTestId("wrong-network")).toBeVisible();
  await wallet.changeChain(foundry.id);
  await expect(page.getByTestId("wrong-network")).toHaveCount(0);
  await page.getByTestId("send-open").click();
  await page.getByTestId("open-wallet").click();
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
  expect(await seriousProblems(page), "channel").toEqual([]);
  await page.screenshot({ path: "test-results/permission-in-use.png", fullPage: true });
  // A reload in the middle of a call: whatever became of it, it is paid once or not at all.
  await page.getByLabel(/^Text for/).fill(PROMPT);
  await page.getByTestId("send-call").click();
  await page.waitForTimeout(60);
  await page.reload();
  await page.getByLabel("Tokens of the answer at most").fill("16");
  await page.getByLabel(/^Text for/).fill(PROMPT);
  await page.getByTestId("send-call").click();
  await expect(page.getByTestId("send-call")).not.toHaveAttribute("aria-busy", "true");
  await expect.poll(() => verified(page).count()).toBeGreaterThanOrEqual(2);
  await call(page, (await verified(page).count()) + 1);
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
  const incomeBefore = await books.income();
  const [hostBefore, holderBefore] = [
    await books.credit(host.address),
    await books.credit(visitor.address),
  ];
  const { settled, hostPpm } = await books.channelOf(licence);
  expect(settled).toBeLessThanOrEqual(charged);

  await page.getByTestId("ask-close").click();
  await page.getByTestId("close-now").click();
  await page.getByTestId("open-wallet").click();
  await expect(page.getByTestId("open-channel")).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download their receipts" }).click();
  const receipts: unknown = JSON.parse(await readFile(await (await download).path(), "utf8"));
  expect(receipts).toMatchObject({ format: "signet-call-receipts", permission: text });
  await page.getByRole("button", { name: "Forget them" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Forget them" }).click();
  await expect(page.getByTestId("old-sessions")).toHaveCount(0);
  const settlements = await books.settlements(licence);
  const paid = settlements.map(({ amount }) => amount);
  expect(paid.reduce((sum, amount) => sum + amount, 0n)).toBe(charged);
  const last = charged - settled;
  const toHost = (last * BigInt(hostPpm)) / 1_000_000n;
  expect(await books.credit(visitor.address)).toBe(holderBefore + parseEther("0.01") - charged);
  expect(await books.credit(host.address)).toBe(hostBefore + toHost);
  expect(await books.income()).toBe(incomeBefore + last - toHost);
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
  await connect(page, studio.origin);
  await openAndSign(page, licence, "0.01", "0.001");
  await page.getByLabel("Tokens of the answer at most").fill("8");
  await call(page, 1);

  // The wallet sends the top-up again with a higher fee.
  await chain.setAutomine(false);
  await page.getByLabel("Add, in ETH").fill("0.001");
  await page.getByTestId("send-top-up").click();
  await page.getByTestId("open-wallet").click();
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
  const before = await books.credit(visitor.address);
  await page.getByTestId("finalise").click();
  await page.getByTestId("open-wallet").click();
  await expect(page.getByTestId("open-channel")).toBeVisible();
  expect(await books.credit(visitor.address)).toBe(before + parseEther("0.011") - amount);
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
  await connect(page, studio.origin);
  await page.getByLabel("Host", { exact: true }).selectOption("an address typed here");
  await page.getByLabel("Address of the host").fill(visitor.address);
  await expect(page.getByTestId("go-on")).toBeDisabled();
  const other = mnemonicToAccount(TEST_PHRASE, { addressIndex: 8 }).address;
  await page.getByLabel("Address of the host").fill(other);
  await page.getByLabel("Licence", { exact: true }).selectOption(String(licence));
  await page.getByTestId("go-on").click();
  await expect(page.getByTestId("host")).toContainText("does not list it");
  await page.getByLabel("Pay with").selectOption({ index: 1 });
  await page.getByLabel(/^Deposit in/).fill("2.5");
  await page.getByTestId("send-approve").click();
  await page.getByTestId("open-wallet").click();
  // The chain refuses before the wallet is asked.
  await books.pause(true);
  await page.getByTestId("send-open").click();
  await page.getByTestId("open-wallet").click();
  await expect(page.getByTestId("transaction-error")).toContainText("The guardian paused");
  expect(wallet.sent).toHaveLength(1);
  await books.pause(false);
  await page.getByTestId("send-open").click();
  await page.getByTestId("open-wallet").click();
  await expect(page.getByTestId("deposit")).toHaveText(/^2\.5 /);
  // The allowance was exact.
  expect(wallet.sent).toHaveLength(2);

  await page.getByLabel("Session key").selectOption("elsewhere");
  await page.getByLabel("Address of its key").fill(host.address);
  await page.getByLabel(/^Spend at most/).fill("1.25");
  await page.getByTestId("sign").click();
  await page.getByTestId("open-wallet").click();
  await expect(page.getByTestId("permission-string")).toContainText("1.25");
  const { message } = decodeToken("Permission", await page.getByTestId("string").innerText());
  expect(message).toMatchObject({
    licence,
    holder: visitor.address,
    host: other,
    sessionKey: host.address,
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
  await installWallet({ index: 10 });
  await connect(page, studio.origin);
  await page.getByTestId("channel-table").getByRole("link", { name: "#2" }).click();
  await expect(page.getByTestId("channel")).toContainText("0.05 ETH");
  await expect(page.getByTestId("key-elsewhere")).toBeVisible();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await seriousProblems(page), colorScheme).toEqual([]);
    await page.screenshot({ path: `test-results/channel-${colorScheme}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 400, height: 800 });
  await page.screenshot({ path: "test-results/channel-narrow.png", fullPage: true });
  await page.getByRole("link", { name: "All permissions" }).click();
  await expect(page.getByTestId("new-permission")).toBeVisible();
  const room = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(room).toBeLessThanOrEqual(400);
  await page.screenshot({ path: "test-results/permissions-narrow.png", fullPage: true });
});
