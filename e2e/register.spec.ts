import type { Page } from "@playwright/test";
import { zeroAddress } from "viem";
import { licenceTokenAbi } from "../src/chain/generated/licenceToken.ts";
import { modelRegistryAbi } from "../src/chain/generated/modelRegistry.ts";
import { revenueSplitterAbi } from "../src/chain/generated/revenueSplitter.ts";
import { chainClient } from "./support/actAs.ts";
import { expectAccessible } from "./support/axe.ts";
import { ADA, addressOf, DANA, VISITOR } from "./support/cast.ts";
import { expect, test } from "./support/chain.ts";
import { connectWallet } from "./support/connectWallet.ts";
import { marketAddresses } from "./support/marketFile.ts";
import { shoot } from "./support/pictures.ts";
import { atStep, makeBoundBank, sendStep } from "./support/registerSteps.ts";
import { reviewAndSend } from "./support/reviewAndSend.ts";
import { PASSPHRASE } from "./support/steps.ts";

const visitor = addressOf(VISITOR);
const ada = addressOf(ADA);

test("a model goes from the drop zone to the market, with a reload on the way", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const { contracts } = await marketAddresses(chain);
  const client = chainClient(chain);
  const registry = { address: contracts.registry, abi: modelRegistryAbi } as const;
  const before = await client.readContract({ ...registry, functionName: "modelCount" });
  const wallet = await installWallet();
  page.on("dialog", (dialog) => void dialog.accept());

  // A wallet is connected once; the creator then offers its address.
  await page.goto(`${studio.origin}/#/register`);
  await connectWallet(page);
  await expect(page.getByTestId("register-owner")).toContainText(visitor);
  await makeBoundBank(page, { pairs: 2, maxSteps: 1 });

  // Parents with the share that their terms ask for.
  await atStep(page, "commit");
  const parents = page.getByTestId("parents-card");
  await parents.getByLabel("Add a parent").fill("3");
  await parents.getByRole("button", { name: "Add" }).click();
  await expect(page.getByTestId("split-preview")).toContainText("Model 3");
  await expect(page.getByTestId("split-preview")).toContainText("Model 1");
  await parents.getByLabel(/Share of your revenue/).fill("0");
  await expect(parents).toContainText(/ask for at least/);
  await expect(page.getByTestId("send-register")).toBeDisabled();
  await parents.getByLabel(/Share of your revenue/).fill("20");
  await expectAccessible(page);
  await shoot(page, "2-commit");
  wallet.will("reject");
  await sendStep(page, "register");
  await expect(page.getByTestId("transaction-error")).toBeVisible();
  expect(await client.readContract({ ...registry, functionName: "modelCount" })).toBe(before);
  await sendStep(page, "register");

  // The tab is closed while the beacon is awaited.
  await atStep(page, "wait");
  await chain.mine(3);
  await page.reload();
  await atStep(page, "wait");
  await expect(page.getByTestId("beacon-card")).toContainText("3 of 8 blocks");
  await shoot(page, "3-wait");
  await page.getByRole("button", { name: "Mine 6 blocks" }).click();
  await atStep(page, "seal");
  await sendStep(page, "seal");

  await atStep(page, "embed");
  await page.getByTestId("embed-card").getByLabel("Passphrase of the run").fill(PASSPHRASE);
  await page.getByTestId("resume-run").click();
  await expect(page.getByTestId("run-status")).toHaveAttribute("data-status", /done|failed/, {
    timeout: 240_000,
  });
  await shoot(page, "4-run");
  await page.getByTestId("go-register").getByRole("link").click();

  await atStep(page, "shares");
  const shares = page.getByTestId("shares-card");
  await shares.getByLabel("Shares 1").fill("600000");
  await expect(shares).toContainText("400000 of 1,000,000 shares are not given");
  await shares.getByRole("button", { name: "Add a contributor" }).click();
  await shares.getByLabel("Address 2").fill(ada);
  await shares.getByLabel("Shares 2").fill("400000");
  await shoot(page, "5-shares");
  await sendStep(page, "shares");

  await atStep(page, "release");
  await page.getByLabel("Where the model is described").fill("https://example.org/tale");
  await expectAccessible(page);
  await shoot(page, "6-release");
  await sendStep(page, "release");

  await atStep(page, "kinds");
  await shoot(page, "7-kinds");
  await sendStep(page, "kind-1");
  await reviewAndSend(page, page.getByTestId(/^send-price-1-/));
  await atStep(page, "onSale");
  await expect(page.getByTestId("on-sale")).toBeVisible();
  await expectAccessible(page);
  await shoot(page, "8-on-sale");

  // What the chain has is what the page said.
  const model = before + 1n;
  const epoch = await client.readContract({
    ...registry,
    functionName: "epochOf",
    args: [model, 0],
  });
  const facts = page.getByTestId("register-facts");
  await expect(facts.getByText(epoch.weightsHash)).toHaveCount(1);
  expect(epoch).toMatchObject({ count: 2, draws: 1 });
  const block = await client.getBlock({ blockNumber: epoch.commitBlock + 8n });
  expect(epoch.beacon).toBe(block.hash);
  expect(await client.readContract({ ...registry, functionName: "ownerOf", args: [model] })).toBe(
    visitor,
  );
  expect(
    await client.readContract({ ...registry, functionName: "parentsOf", args: [model] }),
  ).toEqual([{ model: 3n, ppm: 200_000 }]);
  const token = await client.readContract({
    address: contracts.splitter,
    abi: revenueSplitterAbi,
    functionName: "sharesOf",
    args: [model],
  });
  expect(token).not.toBe(zeroAddress);
  expect(
    await client.readContract({
      address: contracts.licences,
      abi: licenceTokenAbi,
      functionName: "priceOf",
      args: [model, 1, zeroAddress],
    }),
  ).toEqual([500_000_000_000_000_000n, true]);
});

/** A run that stopped at its commitment, as the creator leaves it. */
async function putCommittedRun(page: Page, id: string, owner: string, byte: string): Promise<void> {
  const record = {
    id,
    modelName: "tale",
    createdAt: 1,
    updatedAt: 1,
    phase: "commit",
    step: 0,
    loss: null,
    sizeBytes: 0,
    settings: { pairs: 2, device: "cpu" },
    finished: false,
    commitment: {
      root: `0x${byte.repeat(32)}`,
      manifestHash: `0x${"2b".repeat(32)}`,
      count: 2,
      width: 16,
      owner,
    },
  };
  // The page makes the base; opened before, it would be one without its stores.
  await page.waitForFunction(async () =>
    (await indexedDB.databases()).some(({ name }) => name === "signet"),
  );
  await page.evaluate(
    (value) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open("signet");
        opening.addEventListener("error", () => reject(opening.error));
        opening.addEventListener("success", () => {
          const writing = opening.result.transaction("runs", "readwrite");
          writing.objectStore("runs").put(value);
          writing.addEventListener("error", () => reject(writing.error));
          writing.addEventListener("complete", () => {
            opening.result.close();
            resolve();
          });
        });
      }),
    record,
  );
}

test("a model on the market is fingerprinted again, and a DAO's is sent to its vote", async ({
  page,
  studio,
  chain,
  installWallet,
}) => {
  const { contracts } = await marketAddresses(chain);
  const client = chainClient(chain);
  await installWallet({ index: ADA });
  await page.goto(`${studio.origin}/#/register`);
  await connectWallet(page);
  await expect(page.getByTestId("register-owner")).toContainText(ada);
  await putCommittedRun(page, "again", ada, "7a");
  await putCommittedRun(page, "voted", addressOf(DANA), "8b");

  await page.goto(`${studio.origin}/#/register/again`);
  await atStep(page, "commit");
  await page.getByLabel("What this bank is for").selectOption("Model 1 again, as epoch 1");
  await expect(page.getByTestId("parents-card")).toHaveCount(0);
  await expect(page.getByTestId("register-steps")).not.toContainText("Shares");
  await expectAccessible(page);
  await shoot(page, "9-again");
  await sendStep(page, "addEpoch");
  await atStep(page, "wait");
  await page.getByRole("button", { name: "Mine 9 blocks" }).click();
  await atStep(page, "seal");
  await sendStep(page, "seal");
  await atStep(page, "embed");
  await page.reload();
  await atStep(page, "embed");
  await expect(page.getByTestId("register-facts")).toContainText("epoch 1");
  const [epochs, { beacon }] = await Promise.all([
    client.readContract({
      address: contracts.registry,
      abi: modelRegistryAbi,
      functionName: "epochCount",
      args: [1n],
    }),
    client.readContract({
      address: contracts.registry,
      abi: modelRegistryAbi,
      functionName: "epochOf",
      args: [1n, 1],
    }),
  ]);
  expect(epochs).toBe(2);
  await expect(page.getByTestId("register-facts")).toContainText(beacon);

  await page.goto(`${studio.origin}/#/register/voted`);
  await atStep(page, "commit");
  await page.getByLabel("What this bank is for").selectOption({ value: "4" });
  const vote = page.getByTestId("dao-owned").getByRole("link");
  await expect(vote).toHaveAttribute("href", /^#\/govern\/4\?propose=epoch&root=0x8b/);
  await vote.click();
  await expect(page.getByLabel("Merkle root")).toHaveValue(`0x${"8b".repeat(32)}`);
  await expect(page.getByLabel("Candidates of each")).toHaveValue("16");
  await page.goBack();
  await atStep(page, "commit");
  await expect(page.getByTestId("send-addEpoch")).toHaveCount(0);
  await shoot(page, "10-voted");

  await page.goto(`${studio.origin}/#/market/1`);
  await expect(page.getByTestId("timeline")).toContainText("Epoch 1");
  await expect(page.getByTestId("timeline")).toContainText("Epoch 0");
  await expect(page.getByTestId("timeline")).toContainText("Fingerprint this model again");
});
