import { isAddressEqual, TransactionNotFoundError, TransactionReceiptNotFoundError } from "viem";
import type { Hash, PublicClient, Transaction as ChainTransaction, TransactionReceipt } from "viem";
import { explainChainError } from "../errors/explain.ts";
import type { Transaction, TransactionEvent } from "./transaction.ts";

/**
 * Asks the chain once what became of a transaction.
 *
 * @param needed blocks that must stand on it, its own included
 * @returns null when the chain knows neither it nor anything in its place
 * @throws what the node or the way to it throws
 */
export async function lookAt(
  client: PublicClient,
  tx: Transaction,
  needed: number,
): Promise<TransactionEvent | null> {
  if (tx.hash !== null) {
    const receipt = await orNull(client.getTransactionReceipt({ hash: tx.hash }));
    if (receipt !== null) return lookAtReceipt(client, tx, receipt, needed);
    const known = await orNull(client.getTransaction({ hash: tx.hash }));
    if (known !== null) return { type: "seen", nonce: known.nonce };
  }
  if (tx.nonce === null) return null;
  return lookForReplacement(client, tx, tx.nonce, needed);
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof TransactionNotFoundError) return null;
    if (error instanceof TransactionReceiptNotFoundError) return null;
    throw error;
  }
}

async function lookAtReceipt(
  client: PublicClient,
  tx: Transaction,
  receipt: TransactionReceipt,
  needed: number,
): Promise<TransactionEvent> {
  const head = await client.getBlockNumber({ cacheTime: 0 });
  const confirmations = Math.max(1, Number(head - receipt.blockNumber) + 1);
  if (receipt.status === "success" || confirmations < needed) {
    return { type: "included", block: receipt.blockNumber, confirmations, needed };
  }
  return {
    type: "failed",
    block: receipt.blockNumber,
    ...(await whyReverted(client, tx, receipt)),
  };
}

/** Runs the call again on the state before its block, and then on that after it. */
async function whyReverted(client: PublicClient, tx: Transaction, receipt: TransactionReceipt) {
  for (const blockNumber of [receipt.blockNumber - 1n, receipt.blockNumber]) {
    try {
      await client.call({
        account: tx.account,
        to: tx.to,
        data: tx.data,
        value: BigInt(tx.value),
        blockNumber,
      });
    } catch (error) {
      const { code, message, hint, details } = explainChainError(error);
      if (code !== "REVERTED") break;
      return { reason: details === undefined ? message : `${message} ${details}`, hint };
    }
  }
  const sent = await orNull(client.getTransaction({ hash: receipt.transactionHash }));
  if (sent !== null && receipt.gasUsed >= sent.gas) {
    return { reason: "It ran out of gas.", hint: "Try again and leave the limit to the wallet." };
  }
  return {
    reason: "The chain refused it, and its reason can no longer be read.",
    hint: "Something changed while it was on its way. Reload the page and try again.",
  };
}

/** Whether another transaction of the account took its nonce, and which. */
async function lookForReplacement(
  client: PublicClient,
  tx: Transaction,
  nonce: number,
  needed: number,
): Promise<TransactionEvent | null> {
  const used = await client.getTransactionCount({ address: tx.account, blockTag: "latest" });
  if (used <= nonce) return null;
  // It may have been mined since it was asked for; what is called replaced stays so.
  const receipt =
    tx.hash === null ? null : await orNull(client.getTransactionReceipt({ hash: tx.hash }));
  if (receipt !== null) return lookAtReceipt(client, tx, receipt, needed);
  const other = await findByNonce(client, tx, nonce).catch(() => null);
  if (other === null) {
    // Only a hash that was once given can have been replaced.
    return tx.hash === null ? null : { type: "replaced", by: null };
  }
  if (other.hash === tx.hash) return { type: "seen", nonce };
  if (sameCall(other, tx)) return { type: tx.hash === null ? "sent" : "spedUp", hash: other.hash };
  if (tx.hash === null) return null;
  const toSelf = other.to !== null && isAddressEqual(other.to, tx.account);
  const cancels = toSelf && other.value === 0n && other.input === "0x";
  return { type: cancels ? "cancelled" : "replaced", by: other.hash };
}

interface Found {
  hash: Hash;
  to: ChainTransaction["to"];
  value: bigint;
  input: ChainTransaction["input"];
}

function sameCall(other: Found, tx: Transaction): boolean {
  return (
    other.to !== null &&
    isAddressEqual(other.to, tx.to) &&
    other.value === BigInt(tx.value) &&
    other.input.toLowerCase() === tx.data.toLowerCase()
  );
}

/** Halves the blocks since it was sent until the one that used the nonce is left. */
async function findByNonce(
  client: PublicClient,
  tx: Transaction,
  nonce: number,
): Promise<Found | null> {
  let low = BigInt(tx.sinceBlock);
  let high = await client.getBlockNumber({ cacheTime: 0 });
  while (low < high) {
    const blockNumber = (low + high) / 2n;
    const count = await client.getTransactionCount({ address: tx.account, blockNumber });
    if (count > nonce) high = blockNumber;
    else low = blockNumber + 1n;
  }
  const { transactions } = await client.getBlock({ blockNumber: low, includeTransactions: true });
  return (
    transactions.find(
      (candidate) => candidate.nonce === nonce && isAddressEqual(candidate.from, tx.account),
    ) ?? null
  );
}
