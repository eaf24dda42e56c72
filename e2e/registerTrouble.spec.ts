import { encodeFunctionData } from "viem";
import { modelRegistryAbi } from "../src/chain/generated/modelRegistry.ts";
import { actAs, queueAs } from "./support/actAs.ts";
import { GUARDIAN } from "./support/cast.ts";
import { expect, test } from "./support/chain.ts";
import { connectWallet } from "./support/connectWallet.ts";
import { marketAddresses } from "./support/marketFile.ts";
import { makeBoundBank } from "./support/registerSteps.ts";
import { reviewAndSend } from "./support/reviewAndSend.ts";

const HOUR_S = 3_600;

test("whatever goes wrong with a commitment is told, and nothing is lost by it", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const { registry } = (await marketAddresses(chain)).contracts;
  const data = encodeFunctionData({
    abi: modelRegistryAbi,
    functionName: "pauseEntry",
    args: [BigInt(HOUR_S)],
  });
  const pause = { to: registry, data };
  const wallet = await installWallet();
  page.on("dialog", (dialog) => void dialog.accept());
  await page.goto(`${studio.origin}/#/register`);
  await connectWallet(page);
  await makeBoundBank(page, { pairs: 2 });
  const problem = page.getByTestId("transaction-error");
  const status = page.getByTestId("transaction-status");

  await wallet.changeChain(1);
  await expect(page.getByTestId("wrong-network")).toBeVisible();
  await reviewAndSend(page, "send-register");
  await expect(problem).toContainText("another network");
  await wallet.changeChain(31_337);
  await expect(page.getByTestId("wrong-network")).toHaveCount(0);

  const rich = await chain.ask("eth_getBalance", [wallet.address, "latest"]);
  await chain.ask("anvil_setBalance", [wallet.address, "0x3e8"]);
  await reviewAndSend(page, "send-register");
  await expect(problem).toContainText("and needs");
  await chain.ask("anvil_setBalance", [wallet.address, rich]);

  // Paused while the review is read: the wallet is not even opened.
  const open = await chain.ask("evm_snapshot");
  await page.getByTestId("send-register").click();
  await actAs(chain, GUARDIAN, pause);
  await page.getByTestId("open-wallet").click();
  await expect(problem).toContainText("The guardian paused new entries for now.");
  expect(wallet.log).not.toContain("eth_sendTransaction");
  expect(await chain.ask("evm_revert", [open])).toBe(true);

  // Paused between the sending and the block: reverted, with the reason.
  await chain.setAutomine(false);
  await reviewAndSend(page, "send-register");
  await expect(status).toContainText("Sent, waiting for a block");
  await queueAs(chain, GUARDIAN, pause, 50_000_000_000n);
  await chain.mine();
  await expect(status).toContainText("Reverted");
  await expect(status).toContainText("The guardian paused new entries for now.");
  await chain.ask("evm_increaseTime", [HOUR_S + 1]);
  await chain.mine();

  // Sent again with a higher fee, and found again by a tab that was closed meanwhile.
  await reviewAndSend(page, "send-register");
  await expect(status).toContainText("Sent, waiting for a block");
  await page.reload();
  await wallet.speedUp(wallet.sent[1]);
  await chain.mine();
  await chain.setAutomine(true);
  await expect(page.getByTestId("register-steps")).toHaveAttribute("data-step", "wait");
});
