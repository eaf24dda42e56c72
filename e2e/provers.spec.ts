import type { Page } from "@playwright/test";
import { encodeFunctionData, parseEther } from "viem";
import type { Address } from "viem";
import { proverJuryAbi } from "../src/chain/generated/proverJury.ts";
import { proverNetworkAbi } from "../src/chain/generated/proverNetwork.ts";
import { juryCalls, networkCalls } from "../src/chain/proving/calls.ts";
import { keyTextOf, writeFiling, type Filing } from "../src/chain/proving/filing.ts";
import { FOR_CONTESTER, FOR_PROVERS, RULES } from "../src/chain/proving/rules.ts";
import { courtAt, DEMO_MODEL, type DemoCourt } from "../src/chain/proving/testing/demoCourt.ts";
import { voteHashOf } from "../src/chain/proving/votes.ts";
import { signReceipt, textHash } from "../src/permission/receipt.ts";
import { expectAccessible } from "./support/axe.ts";
import { accountOf, ADA, EMIL, FATMA, GUARDIAN, HANA, HOST, IVAN } from "./support/cast.ts";
import { expect, test } from "./support/chain.ts";
import { connectWallet } from "./support/connectWallet.ts";
import { shootAll } from "./support/pictures.ts";
import { reviewAndSend } from "./support/reviewAndSend.ts";

const SALT = `0x${"5a".repeat(32)}` as const;
const EVIDENCE = `0x${"c0".repeat(32)}` as const;

async function tab(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name }).click();
}

async function drop(page: Page, filings: readonly Filing[]): Promise<void> {
  const text = filings.length === 1 ? writeFiling(filings[0]) : JSON.stringify(filings);
  await page
    .getByTestId("filings-drop")
    .locator('input[type="file"]')
    .first()
    .setInputFiles({
      name: "filings.json",
      mimeType: "application/json",
      buffer: Buffer.from(text),
    });
}

const step = (page: Page, index: number, name: string): Promise<void> =>
  expect(page.getByTestId(`filing-${index}`)).toHaveAttribute("data-step", name);

const calls = (court: DemoCourt) => ({
  network: networkCalls(court.addresses.contracts.provers),
  jury: juryCalls(court.addresses.contracts.jury),
});

const credit = (court: DemoCourt, account: Address, by: "provers" | "jury" = "provers") =>
  court.client.readContract({
    address: court.addresses.contracts[by],
    abi: by === "provers" ? proverNetworkAbi : proverJuryAbi,
    functionName: "creditOf",
    args: [account],
  });

test("two provers, a contest, a jury: from the first stake to the last wei", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const court = courtAt(chain.rpcUrl, chain.marketFile);
  const { network, jury } = calls(court);
  const wallet = await installWallet();
  const me = wallet.address;
  await page.goto(`${studio.origin}/#/provers`);
  await connectWallet(page);
  await expect(page.getByTestId("cases")).toContainText("There are no cases");

  // Filings come from a file and are kept, but a prover needs a stake.
  await tab(page, "My filings");
  await drop(page, [court.filing(0), court.filing(2, { hostUrl: "https://other.example/v1" })]);
  await step(page, 0, "commit");
  await expect(page.getByTestId("commit-0-refused")).toContainText("Stake 0.1 ETH first");
  await expect(page.getByTestId("commit-0")).toBeDisabled();
  await shootAll(page, "filings");
  await page
    .getByTestId("filings-drop")
    .locator('input[type="file"]')
    .first()
    .setInputFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from("{}") });
  await expect(page.getByTestId("filings-error")).toContainText("not a valid filing");

  // Too little coin, a paused network, another network, no: nothing is staked.
  await tab(page, "My stake");
  const funds = await court.client.getBalance({ address: me });
  await chain.ask("anvil_setBalance", [me, "0x3e8"]);
  await page.getByTestId("stake").click();
  await expect(page.getByTestId("too-poor")).toContainText("need 0.1 ETH");
  await expect(page.getByTestId("open-wallet")).toBeDisabled();
  await page.getByRole("button", { name: "Not yet" }).click();
  await chain.ask("anvil_setBalance", [me, `0x${funds.toString(16)}`]);
  const undo = await court.snapshot();
  const pause = encodeFunctionData({
    abi: proverNetworkAbi,
    functionName: "pauseEntry",
    args: [3_600n],
  });
  const to = court.addresses.contracts.provers;
  await court.act(court.who(GUARDIAN), { to, data: pause, value: 0n });
  await page.reload();
  await tab(page, "My stake");
  await reviewAndSend(page, "stake");
  await expect(page.getByTestId("transaction-error")).toContainText(/paused/i);
  await undo();
  await wallet.changeChain(1);
  await expect(page.getByTestId("wrong-network")).toBeVisible();
  await reviewAndSend(page, "stake");
  await expect(page.getByTestId("transaction-error")).toContainText("another network");
  await wallet.changeChain(31_337);
  await expect(page.getByTestId("wrong-network")).toHaveCount(0);
  wallet.will("reject");
  await reviewAndSend(page, "stake");
  await expect(page.getByTestId("transaction-error")).toContainText("You rejected");

  // Sent again with a higher fee it still counts once.
  await chain.setAutomine(false);
  await reviewAndSend(page, "stake");
  await expect(page.getByTestId("transaction-status")).toContainText("Sent, waiting");
  await wallet.speedUp(wallet.sent[0]);
  await chain.setAutomine(true);
  await chain.mine();
  await expect(page.getByTestId("stake-amount")).toHaveText("0.1 ETH");

  // Others stake too; jurors' stake must be older than the dispute.
  for (const [index, amount] of [
    [FATMA, "0.7"],
    [IVAN, "0.4"],
  ] as const) {
    await court.act(court.who(index), network.stake(parseEther(amount)));
  }
  await court.pass(60);

  // Commit, close the tab, come back, wait for a later block, reveal.
  await tab(page, "My filings");
  await reviewAndSend(page, "commit-0");
  await step(page, 0, "wait");
  await page.reload();
  await tab(page, "My filings");
  await step(page, 0, "wait");
  await page.getByTestId("filing-0").getByTestId("pass-time").click();
  await step(page, 0, "reveal");
  await expect(page.getByTestId("filing-0")).toContainText("7,199 blocks are left");
  await reviewAndSend(page, "reveal-0");
  await step(page, 0, "revealed");
  await page.getByRole("link", { name: "Open its case" }).click();
  const state = page.getByTestId("case-state");
  await expect(state).toHaveAttribute("data-state", "gathering");
  await expect(page.getByTestId("case-claim")).toContainText("1 of 3 needed");

  // Another prover supports it with other leaves; the host contests.
  await court.show(court.who(HANA), court.filing(1));
  await court.show(court.who(HANA), court.filing(4));
  await expect(state).toHaveAttribute("data-state", "suspected");
  await expect(page.getByTestId("contest-refused")).toContainText("Its provers cannot contest");
  await expect(page.getByTestId("finalize")).toBeDisabled();
  const caseId = BigInt(new URL(page.url()).hash.split("/").at(-1) ?? "");
  await court.act(court.who(HOST), network.contest(caseId, EVIDENCE, RULES.bond));
  await expect(state).toHaveAttribute("data-state", "contested");
  await expect(page.getByTestId("case-outcomes")).toContainText("Turned down by the jury");
  await shootAll(page, "case-contested");
  await expectAccessible(page);
  await reviewAndSend(page, "escalate");
  await expect(state).toHaveAttribute("data-state", "escalated");

  // The jury votes; who is a party does not.
  await expect(page.getByTestId("vote-refused")).toContainText("Parties to the case");
  const ballots = [
    [FATMA, FOR_PROVERS],
    [IVAN, FOR_CONTESTER],
  ] as const;
  for (const [index, choice] of ballots) {
    const juror = court.who(index);
    await court.act(juror, jury.vote(1n, voteHashOf(juror, 1n, choice, SALT)));
  }
  await page.getByTestId("jury").getByTestId("pass-time").click();
  await expect(page.getByTestId("jury")).toContainText("votes are revealed");
  for (const [index, choice] of ballots) {
    await court.act(court.who(index), jury.revealVote(1n, choice, SALT));
  }
  await page.getByTestId("jury").getByTestId("pass-time").click();
  await expect(page.getByTestId("jury")).toContainText("ready to decide");
  await shootAll(page, "case-jury");
  await reviewAndSend(page, "execute");
  await expect(state).toHaveAttribute("data-state", "upheld");
  await expect(page.getByTestId("ruling")).toHaveText("the provers are right");

  // A tenth of 2 ether and half of what the fee left of the bond, a third of it; and the fee itself.
  const pot = parseEther("0.2") + (RULES.bond - RULES.juryFee) / 2n;
  const third = pot / 3n;
  expect(await credit(court, me)).toBe(third + RULES.juryFee);
  expect(await credit(court, court.who(HANA))).toBe(pot - third);
  const payouts = page.getByTestId("case-payouts");
  await expect(payouts.locator(`[data-amount="${third}"]`)).toHaveAttribute("data-account", me);
  await expect(payouts.locator(`[data-amount="${pot - third}"]`)).toBeVisible();
  await expect(page.getByTestId("credit-provers")).toHaveText("0.141666666666666666 ETH");
  await reviewAndSend(page, "withdraw-provers");
  await expect(page.getByTestId("credit-provers")).toHaveText("0 ETH");
  await expect.poll(() => credit(court, me)).toBe(0n);
  await shootAll(page, "case-upheld");
  await expectAccessible(page);
  await page.getByRole("link", { name: "Provers", exact: true }).first().click();
  await expect(page.getByTestId("case-list").getByRole("listitem")).toHaveCount(1);
  await shootAll(page, "provers");
  await expectAccessible(page);
});

test("a juror's vote outlives its tab, and the reward is its to the wei", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const court = courtAt(chain.rpcUrl, chain.marketFile);
  const { network, jury } = calls(court);
  for (const [index, amount] of [
    [EMIL, "0.2"],
    [FATMA, "0.7"],
    [IVAN, "0.1"],
  ] as const) {
    await court.act(court.who(index), network.stake(parseEther(amount)));
  }
  await court.pass(60);
  for (const [index, who] of [
    [0, HANA],
    [1, EMIL],
    [2, HANA],
  ]) {
    await court.show(court.who(who), court.filing(index));
  }
  const { host } = court.filing(0);
  const caseId = await court.client.readContract({
    address: court.addresses.contracts.provers,
    abi: proverNetworkAbi,
    functionName: "openCaseOf",
    args: [DEMO_MODEL, host.id],
  });
  await court.act(court.who(HOST), network.contest(caseId, EVIDENCE, RULES.bond));
  await court.act(court.who(EMIL), network.escalate(caseId, RULES.juryFee));
  const silent = court.who(IVAN);
  await court.act(silent, jury.vote(1n, voteHashOf(silent, 1n, FOR_PROVERS, SALT)));

  const fatma = await installWallet({ index: FATMA });
  await page.goto(`${studio.origin}/#/provers/cases/${caseId}`);
  await connectWallet(page);
  await page.getByLabel("the contester is right").check();
  await reviewAndSend(page, "vote");
  await expect(page.getByTestId("vote-refused")).toContainText("You voted already");
  await page.reload();
  await page.getByTestId("jury").getByTestId("pass-time").click();
  await reviewAndSend(page, "reveal-vote");
  await expect(page.getByTestId("votes")).toContainText("the contester is right");
  await page.getByTestId("jury").getByTestId("pass-time").click();
  await reviewAndSend(page, "execute");
  await expect(page.getByTestId("case-state")).toHaveAttribute("data-state", "dismissed");
  const lost = page.getByTestId("case-payouts").locator(`[data-amount="-${RULES.falseCaseLoss}"]`);
  await expect(lost).toHaveCount(2);
  expect(await credit(court, court.who(HOST))).toBe(RULES.bond + RULES.falseCaseLoss);
  await reviewAndSend(page, `settle-${fatma.address}`);
  await expect(page.getByTestId("credit-jury")).toHaveText("0.05 ETH");
  await reviewAndSend(page, `settle-${silent}`);
  await expect(page.getByTestId("votes")).toContainText("0.005 ETH");
  expect(await credit(court, fatma.address, "jury")).toBe(RULES.juryFee);
  await reviewAndSend(page, "withdraw-jury");
  await expect(page.getByTestId("credit-jury")).toHaveText("0 ETH");
  await expectAccessible(page);
});

test("a receipt for an unpaid call takes half of the host's collateral", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const court = courtAt(chain.rpcUrl, chain.marketFile);
  const receipt = await signReceipt(
    {
      model: DEMO_MODEL,
      licence: 99n,
      callIndex: 1n,
      inputHash: textHash(keyTextOf(court.filing(5))),
      outputHash: EVIDENCE,
      time: await court.now(),
    },
    {
      chainId: court.addresses.chainId,
      verifyingContract: court.addresses.contracts.channel,
    },
    accountOf(HOST),
  );
  const hana = await installWallet({ index: HANA });
  await page.goto(`${studio.origin}/#/provers`);
  await connectWallet(page);
  await tab(page, "My filings");
  await drop(page, [court.filing(5, { receipt })]);
  await reviewAndSend(page, "commit-5");
  await page.getByTestId("filing-5").getByTestId("pass-time").click();
  await expect(page.getByTestId("filing-5")).toContainText("2.5 ETH");
  await reviewAndSend(page, "reveal-5");
  await step(page, 5, "revealed");
  expect(await credit(court, hana.address)).toBe(parseEther("1.2"));
  await tab(page, "Hosts");
  await expect(page.getByTestId("hosts")).toContainText("slashed 1×");
  await expect(page.getByTestId("slashes")).toContainText("1.5 ETH to Signet demo model");
  await expect(page.getByTestId("deterring-collateral")).toHaveText(/ETH/);
  await shootAll(page, "hosts");
  await expectAccessible(page);
  await tab(page, "Bounties");
  await expect(page.getByTestId("bounty-4")).toContainText("1.8 ETH");
  await shootAll(page, "bounties");
  await tab(page, "My stake");
  await shootAll(page, "stake");
  await expectAccessible(page);
});

test("stake, collateral and bounty go in and out as the rules say", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const court = courtAt(chain.rpcUrl, chain.marketFile);
  const { network } = calls(court);
  const ada = await installWallet({ index: ADA });
  const me = ada.address;
  await court.act(me, network.stake(parseEther("0.3")));
  const base = {
    address: court.addresses.contracts.provers,
    abi: proverNetworkAbi,
    args: [me],
  } as const;
  const stakeOf = () => court.client.readContract({ ...base, functionName: "stakeOf" });
  const hostOf = () => court.client.readContract({ ...base, functionName: "hostOf" });
  await page.goto(`${studio.origin}/#/provers`);
  await connectWallet(page);
  await tab(page, "My stake");
  await page.getByLabel("Take out of the stake").fill("0.4");
  await expect(page.getByTestId("my-stake")).toContainText("You have 0.3 ETH that is not leaving");
  await expect(page.getByTestId("request-unstake")).toBeDisabled();
  await page.getByLabel("Take out of the stake").fill("0.25");
  await reviewAndSend(page, "request-unstake");
  await expect(page.getByTestId("unstake-refused")).toContainText("7 days are not over");
  await page.getByTestId("my-stake").getByTestId("pass-time").click();
  await reviewAndSend(page, "unstake");
  await expect(page.getByTestId("stake-amount")).toHaveText("0.05 ETH");
  expect(await stakeOf()).toMatchObject({ amount: parseEther("0.05"), leaving: 0n });

  await tab(page, "Hosts");
  await page.getByLabel("Base URL").fill("https://api.example.org/v1/");
  await page.getByLabel("Collateral to put up").fill("0.05");
  await expect(page.getByTestId("my-host")).toContainText("begins with 0.1 ETH at least");
  await page.getByLabel("Collateral to put up").fill("0.5");
  await reviewAndSend(page, "register-host");
  await reviewAndSend(page, "request-host-exit");
  expect(await hostOf()).toMatchObject({
    id: court.filing(0, { hostUrl: "https://api.example.org/v1" }).host.id,
    collateral: parseEther("0.5"),
  });
  await expect(page.getByTestId("exit-host-refused")).toContainText("14 days are not over");
  await page.getByTestId("my-host").getByTestId("pass-time").click();
  await reviewAndSend(page, "exit-host");
  await expect(page.getByTestId("my-host")).toContainText("Put up collateral");
  expect(await hostOf()).toMatchObject({ collateral: 0n });

  await tab(page, "Bounties");
  await page.getByTestId("bounties").getByLabel("Model").selectOption("1");
  await reviewAndSend(page, "fund-bounty");
  await expect(page.getByTestId("bounty-1")).toContainText("0.1 ETH");
  await page.getByLabel(/Share of the bounty/).fill("25");
  await reviewAndSend(page, "set-reward");
  await expect(page.getByTestId("bounty-1")).toContainText("0.025 ETH");
});
