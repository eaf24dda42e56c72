import { numberToHex, type Address, type Hash, type Hex, type PublicClient } from "viem";
import { localClients, sendLocal } from "../../scripts/lib/chain/sender.mjs";
import { addressOf } from "./cast.ts";
import type { TestChain } from "./chain.ts";

export interface Call {
  to: Address;
  data: Hex;
  /** Wei that goes along. */
  value?: bigint;
}

const GAS = 8_000_000;

/** Asks the node itself, beside the page. */
export function chainClient(chain: TestChain): PublicClient {
  return localClients(chain.rpcUrl).client;
}

/**
 * Sends as somebody else, past the page, and waits until it is in a block.
 *
 * @param who number of a member of the cast, or an account that the node signs for
 * @throws Error when it is reverted
 */
export async function actAs(chain: TestChain, who: number | Address, call: Call): Promise<void> {
  await sendLocal(localClients(chain.rpcUrl), senderOf(who), call);
}

/**
 * Hands a transaction to the node and leaves it there, for a block that the test makes itself.
 *
 * @param tip Wei for a unit of gas, so that it goes before or after another one
 */
export function queueAs(
  chain: TestChain,
  who: number | Address,
  { to, data, value = 0n }: Call,
  tip?: bigint,
): Promise<Hash> {
  const fee = tip === undefined ? {} : { maxFeePerGas: hex(tip), maxPriorityFeePerGas: hex(tip) };
  const request = { from: senderOf(who), to, data, value: hex(value), gas: hex(GAS), ...fee };
  return chain.ask("eth_sendTransaction", [request]);
}

/** Lets the node sign for an account without a key, a contract's for instance, and gives it coin for fees. */
export async function playContract(chain: TestChain, account: Address): Promise<void> {
  await chain.ask("anvil_impersonateAccount", [account]);
  await chain.ask("anvil_setBalance", [account, hex(10n ** 18n)]);
}

const senderOf = (who: number | Address): Address =>
  typeof who === "number" ? addressOf(who) : who;
const hex = (value: bigint | number): Hex => numberToHex(value);
