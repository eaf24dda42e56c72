import {
  createPublicClient,
  createWalletClient,
  http,
  parseEther,
  TransactionNotFoundError,
  TransactionReceiptNotFoundError,
} from "viem";
import type { Address, Hash } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startAnvil } from "../../../scripts/lib/chain/anvil.mjs";
import { rpc } from "../../../scripts/lib/chain/rpc.mjs";
import { testDollarAbi, testDollarBytecode } from "../generated/testDollar.ts";
import { follow } from "./follow.ts";
import { addTransaction, clearBook, openBook } from "./ledger.ts";
import { lookAt } from "./look.ts";
import { contractCall } from "./send.ts";
import type { Call } from "./send.ts";
import type { Transaction } from "./transaction.ts";

const FROM = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const TO = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const GWEI = 1_000_000_000n;

let anvil: Awaited<ReturnType<typeof startAnvil>>;
let dollar: Address;

const reader = () => createPublicClient({ chain: foundry, transport: http(anvil.url) });
const sender = () =>
  createWalletClient({ account: FROM, chain: foundry, transport: http(anvil.url) });
const ask = (method: string, params: unknown[] = []) => rpc(anvil.url, method, params);

beforeAll(async () => {
  anvil = await startAnvil({ port: 0 });
  const hash = await sender().deployContract({ abi: testDollarAbi, bytecode: testDollarBytecode });
  const { contractAddress } = await reader().waitForTransactionReceipt({ hash });
  if (contractAddress == null) throw new Error("not deployed");
  dollar = contractAddress;
}, 60_000);

afterAll(() => anvil.stop());

beforeEach(async () => {
  await ask("evm_setAutomine", [true]);
  clearBook(foundry.id, FROM);
});

const transfer = (amount: bigint): Call =>
  contractCall({
    address: dollar,
    abi: testDollarAbi,
    functionName: "transfer",
    args: [TO, amount],
  });

/** Sends without looking first, as though the chain had changed in between. */
async function send(call: Call, fee = 10n * GWEI): Promise<Transaction> {
  const nonce = await reader().getTransactionCount({ address: FROM });
  const sinceBlock = await reader().getBlockNumber({ cacheTime: 0 });
  const hash = await sender().sendTransaction({
    ...call,
    nonce,
    gas: 200_000n,
    maxFeePerGas: fee,
    maxPriorityFeePerGas: fee,
  });
  return kept(call, hash, nonce, sinceBlock);
}

/** The node makes its block a moment after it has taken a transaction. */
async function sendMined(call: Call): Promise<Transaction> {
  const tx = await send(call);
  await reader().waitForTransactionReceipt({ hash: tx.hash ?? "0x", pollingInterval: 15 });
  return tx;
}

function kept(call: Call, hash: Hash | null, nonce: number, sinceBlock: bigint): Transaction {
  const tx: Transaction = {
    id: crypto.randomUUID(),
    label: "Test",
    chainId: foundry.id,
    account: FROM,
    to: call.to,
    data: call.data,
    value: call.value.toString(),
    createdMs: Date.now(),
    sinceBlock: sinceBlock.toString(),
    step: hash === null ? "unknown" : "submitted",
    hash,
    nonce,
    block: null,
    confirmations: 0,
    confirmationsNeeded: 1,
    spedUp: false,
    replacedBy: null,
    reason: "",
    hint: "",
  };
  addTransaction(tx);
  return tx;
}

const watch = (
  tx: Transaction,
  more: { confirmations?: number; silenceMs?: number; slowMs?: number } = {},
) => follow(tx, { client: reader(), confirmations: 1, pollMs: 20, ...more });

test("a revert is told with the contract's reason", async () => {
  const tx = await send(transfer(5n));
  const ended = await watch(tx);
  expect(ended).toMatchObject({
    step: "reverted",
    reason: `The account does not have that much of the token. ERC20InsufficientBalance(${FROM}, 0, 5)`,
    hint: "Get more of the token, or choose a smaller amount.",
  });
});

test("it is confirmed only when enough blocks stand on it", async () => {
  const tx = await sendMined({ to: TO, data: "0x", value: 1n });
  const two = { client: reader(), confirmations: 2 };
  expect(await lookAt(two.client, tx, 2)).toMatchObject({ type: "included", confirmations: 1 });
  const ended = watch(tx, { confirmations: 2 });
  await ask("anvil_mine", ["0x1"]);
  expect(await ended).toMatchObject({ step: "confirmed", confirmations: 2 });
});

test("another transaction with its nonce replaces it, however many blocks ago", async () => {
  await ask("evm_setAutomine", [false]);
  const tx = await send(transfer(0n));
  const other = await send({ to: TO, data: "0x", value: parseEther("1") }, 90n * GWEI);
  await ask("anvil_mine", ["0x9"]);
  expect(await watch(tx)).toMatchObject({ step: "replaced", replacedBy: other.hash });
});

test("one that is mined between two questions is not called replaced", async () => {
  const tx = await sendMined({ to: TO, data: "0x", value: 1n });
  const client = reader();
  const hash = tx.hash ?? "0x";
  let early = true;
  // A node that has not yet heard of it, and keeps no old states.
  const late: typeof client = Object.assign(reader(), {
    getTransactionReceipt: (args: { hash: Hash }) => {
      if (!early) return client.getTransactionReceipt(args);
      return Promise.reject(new TransactionReceiptNotFoundError({ hash }));
    },
    getTransaction: () => {
      early = false;
      return Promise.reject(new TransactionNotFoundError({ hash }));
    },
    getBlock: () => Promise.reject(new Error("missing trie node")),
  });
  expect(await lookAt(late, tx, 1)).toMatchObject({ type: "included", confirmations: 1 });
});

test("the same call with a higher fee is followed, nothing to oneself cancels", async () => {
  await ask("evm_setAutomine", [false]);
  const slow = await send(transfer(0n));
  const fast = await send(transfer(0n), 90n * GWEI);
  await ask("anvil_mine", ["0x3"]);
  expect(await watch(slow)).toMatchObject({ step: "confirmed", hash: fast.hash, spedUp: true });

  const unwanted = await send(transfer(0n));
  const nothing = await send({ to: FROM, data: "0x", value: 0n }, 90n * GWEI);
  await ask("anvil_mine", ["0x1"]);
  expect(await watch(unwanted)).toMatchObject({ step: "cancelled", replacedBy: nothing.hash });
});

test("what was sent after the page closed is found by its nonce", async () => {
  const call = transfer(0n);
  const nonce = await reader().getTransactionCount({ address: FROM });
  const tx = kept(call, null, nonce, await reader().getBlockNumber({ cacheTime: 0 }));
  expect(await lookAt(reader(), tx, 1)).toBeNull();
  const sent = await sendMined(call);
  expect(await lookAt(reader(), tx, 1)).toEqual({ type: "sent", hash: sent.hash });
  // Another one in its place says nothing: the wallet may still send ours.
  const different = kept(transfer(1n), null, nonce, BigInt(tx.sinceBlock));
  expect(await lookAt(reader(), different, 1)).toBeNull();
});

test("silence makes it unknown, and its return brings it back", async () => {
  await ask("evm_setAutomine", [false]);
  const tx = await send({ to: TO, data: "0x", value: 7n });
  const raw = await reader().getTransaction({ hash: tx.hash ?? "0x" });
  await ask("anvil_dropTransaction", [tx.hash]);
  const ended = watch(tx, { silenceMs: 60, slowMs: 100 });
  await expect.poll(() => openBook(foundry.id, FROM)[0]?.step).toBe("unknown");
  await ask("evm_setAutomine", [true]);
  const again = await sender().sendTransaction({
    to: TO,
    value: 7n,
    nonce: raw.nonce,
    gas: raw.gas,
    maxFeePerGas: raw.maxFeePerGas ?? 0n,
    maxPriorityFeePerGas: raw.maxPriorityFeePerGas ?? 0n,
  });
  expect(again).toBe(tx.hash);
  expect(await ended).toMatchObject({ step: "confirmed", reason: "" });
}, 30_000);
