import type { Page } from "@playwright/test";
import { expectAccessible } from "./support/axe.ts";
import { expect, test } from "./support/chain.ts";
import { chooseWallet, connectWallet } from "./support/connectWallet.ts";

const SHORT = "0xf39F…2266";

async function openWallet(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/#/wallet`);
  await expect(page.getByRole("heading", { level: 1, name: "Wallet" })).toBeVisible();
}

async function connect(page: Page, origin: string): Promise<void> {
  await openWallet(page, origin);
  await connectWallet(page);
  await expect(page.getByTestId("account")).toContainText(SHORT);
}

async function mint(page: Page): Promise<void> {
  await page.getByTestId("account").click();
  await page.getByTestId("mint").click();
}

const row = (page: Page) => page.locator("main").getByTestId("transaction").first();

test("creator and market load only what they need", async ({ page, studio }) => {
  const files: string[] = [];
  page.on("request", (request) => files.push(new URL(request.url()).pathname));
  await page.goto(`${studio.origin}/`);
  await expect(page.getByTestId("use-demo")).toBeVisible();
  await page.waitForLoadState("networkidle");
  expect(files.filter((file) => /ChainLayout|chain\.json|\/rpc/.test(file))).toEqual([]);
  files.length = 0;
  await openWallet(page, studio.origin);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Wallet" })).toBeVisible();
  await page.waitForLoadState("networkidle");
  expect(files.filter((file) => /ChainLayout/.test(file))).not.toEqual([]);
  expect(files.filter((file) => /worker|engine|ort-|\.wasm/.test(file))).toEqual([]);
});

test("connects, shows the account, survives a reload, disconnects", async ({
  page,
  studio,
  installWallet,
}) => {
  await installWallet();
  await installWallet({ name: "Second Wallet", index: 1 });
  await connect(page, studio.origin);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.reload();
  await expect(page.getByTestId("account")).toContainText(SHORT);
  await page.getByTestId("account").click();
  const menu = page.getByTestId("account-menu");
  await expect(menu.getByTestId("account-address")).toHaveText(
    "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
  );
  await expect(menu.getByTestId("coin-balance")).toHaveText(/^9,999\.\d+ ETH$/);
  await expect(menu.getByTestId("token-balance")).toHaveText("100,000");
  await expect(menu).toContainText("Signet local chain");
  await menu.getByTestId("disconnect").click();
  await expect(page.locator("header").getByTestId("connect")).toBeVisible();
  await page.reload();
  await expect(page.locator("header").getByTestId("connect")).toBeVisible();
});

test("a rejected and an unanswered request say so, and trying again works", async ({
  page,
  studio,
  installWallet,
}) => {
  const wallet = await installWallet();
  await openWallet(page, studio.origin);
  wallet.will("reject", "busy", "pending");
  await chooseWallet(page);
  const problem = page.getByTestId("connect-problem");
  await expect(problem).toContainText("You rejected the connection");
  await problem.getByRole("button", { name: "Try again" }).click();
  await expect(problem).toContainText("Test Wallet has a request waiting already");
  await problem.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByTestId("connecting")).toContainText("Confirm in Test Wallet");
  await expect.poll(() => wallet.pending).toBe(1);
  wallet.decide("approve");
  await expect(page.getByTestId("account")).toContainText(SHORT);
});

test("without a wallet the dialog says what to do, and gives focus back", async ({
  page,
  studio,
}) => {
  await openWallet(page, studio.origin);
  const button = page.locator("header").getByTestId("connect");
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Connect a wallet" })).toContainText(
    "No wallet found in this browser",
  );
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(button).toBeFocused();
});

test("without a wallet the local chain's accounts can be played", async ({ page, studio }) => {
  await openWallet(page, studio.origin);
  await chooseWallet(page, { name: "Test accounts" });
  const consent = page.getByTestId("test-accounts");
  await consent.getByRole("button", { name: /^Visitor/ }).click();
  await expect(page.getByTestId("account")).toContainText(SHORT);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await mint(page);
  await expect(consent).toContainText("mint");
  await expectAccessible(page);
  await consent.getByRole("button", { name: "Reject" }).click();
  await expect(page.getByTestId("account-menu")).toContainText("You rejected the request");
  await page.getByTestId("mint").click();
  await consent.getByRole("button", { name: "Send it" }).click();
  await expect(page.getByTestId("token-balance")).toHaveText("101,000");
  await page.reload();
  await expect(page.getByTestId("account")).toContainText(SHORT);
  await page.getByTestId("account").click();
  await page.getByRole("button", { name: "Another account" }).click();
  await consent.getByRole("button", { name: /^June/ }).click();
  await expect(page.getByTestId("account")).not.toContainText(SHORT);
});

test("on another network it offers to switch, and adds the network if need be", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const wallet = await installWallet({ chainId: 1, known: [1] });
  await connect(page, studio.origin);
  const banner = page.getByTestId("wrong-network");
  await expect(banner).toContainText("is on network 1");
  const switchButton = banner.getByRole("button", { name: "Switch to Signet local chain" });
  wallet.will("reject");
  await switchButton.click();
  await expect(page.getByTestId("switch-problem")).toContainText("The wallet did not switch");
  await switchButton.click();
  await expect(banner).toHaveCount(0);
  expect(wallet.added).toMatchObject([
    { chainId: "0x7a69", chainName: "Signet local chain", rpcUrls: [chain.rpcUrl] },
  ]);
  // And once more, by the wallet itself.
  await wallet.changeChain(1);
  await expect(banner).toBeVisible();
});

test("another account of the wallet takes the first one's place", async ({
  page,
  studio,
  installWallet,
}) => {
  const wallet = await installWallet();
  await connect(page, studio.origin);
  await wallet.changeAccount(1);
  await expect(page.getByTestId("account")).toContainText("0x7099…79C8");
});

test("a transaction is confirmed, and its balance is read again", async ({
  page,
  studio,
  installWallet,
}) => {
  await installWallet();
  await connect(page, studio.origin);
  await mint(page);
  await expect(row(page)).toHaveAttribute("data-step", "confirmed");
  await expect(row(page)).toContainText("Get 1,000 test dollars");
  await expect(page.getByTestId("account-menu").getByTestId("token-balance")).toHaveText("101,000");
  await page.reload();
  await expect(row(page)).toHaveAttribute("data-step", "confirmed");
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(page.getByTestId("transaction")).toHaveCount(0);
});

test("rejected in the wallet, nothing is kept", async ({ page, studio, installWallet }) => {
  const wallet = await installWallet();
  await connect(page, studio.origin);
  wallet.will("pending");
  await mint(page);
  await expect(row(page)).toHaveAttribute("data-step", "wallet");
  await expect.poll(() => wallet.pending).toBe(1);
  wallet.decide("reject");
  await expect(page.getByTestId("transaction-error")).toContainText("You rejected the request");
  await expect(page.getByTestId("transaction")).toHaveCount(0);
  expect(wallet.sent).toEqual([]);
});

test("with too little coin the wallet is not opened", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const wallet = await installWallet();
  await connect(page, studio.origin);
  await chain.ask("anvil_setBalance", [wallet.address, "0x3e8"]);
  await mint(page);
  await expect(page.getByTestId("transaction-error")).toContainText(
    "The account has 0.000000000000001 ETH and needs",
  );
  expect(wallet.log).not.toContain("eth_sendTransaction");
});

test("a reload in the middle goes on watching", async ({ page, studio, chain, installWallet }) => {
  await installWallet();
  await connect(page, studio.origin);
  await chain.setAutomine(false);
  await mint(page);
  await expect(row(page)).toHaveAttribute("data-step", "submitted");
  await page.reload();
  await expect(row(page)).toHaveAttribute("data-step", "submitted");
  await chain.mine();
  await expect(row(page)).toHaveAttribute("data-step", "confirmed");
});

test("a page closed before the wallet answered finds what was sent", async ({
  page,
  studio,
  installWallet,
}) => {
  const wallet = await installWallet();
  await connect(page, studio.origin);
  wallet.will("pending");
  await mint(page);
  await expect.poll(() => wallet.pending).toBe(1);
  await page.reload();
  await expect(row(page)).toHaveAttribute("data-step", "unknown");
  await expect(row(page)).toContainText("The page was closed before the wallet answered");
  wallet.decide("approve");
  await expect(row(page)).toHaveAttribute("data-step", "confirmed", { timeout: 25_000 });
});

test("sped up in the wallet it is followed, cancelled there it is told", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const wallet = await installWallet();
  await connect(page, studio.origin);
  await chain.setAutomine(false);
  await mint(page);
  await expect(row(page)).toHaveAttribute("data-step", "submitted");
  const [first] = wallet.sent;
  await wallet.speedUp(first);
  await chain.mine();
  await expect(row(page)).toHaveAttribute("data-step", "confirmed");

  await page.getByTestId("mint").click();
  await expect(row(page)).toHaveAttribute("data-step", "submitted");
  await wallet.cancel(wallet.sent[1]);
  await chain.mine();
  await expect(row(page)).toHaveAttribute("data-step", "cancelled");
  await expect(page.getByTestId("account-menu").getByTestId("token-balance")).toHaveText("101,000");
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing serious, ${colorScheme}`, async ({ page, studio, installWallet }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await installWallet();
    await openWallet(page, studio.origin);
    await expectAccessible(page, "not connected");
    await page.locator("header").getByTestId("connect").click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await expectAccessible(page, "dialog");
    await page.getByRole("dialog").getByRole("button", { name: "Test Wallet" }).click();
    await mint(page);
    await expect(row(page)).toHaveAttribute("data-step", "confirmed");
    await expectAccessible(page, "menu");
  });
}
