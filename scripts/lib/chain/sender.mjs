// @ts-check
import { createPublicClient, createWalletClient, defineChain, http } from "viem";
import { LOCAL_CHAIN_ID } from "./anvil.mjs";

/** @typedef {`0x${string}`} Hex */

/**
 * Clients of the local node, whose own accounts sign; quick to notice that a block was mined.
 *
 * @param {string} url
 */
export function localClients(url) {
  const chain = defineChain({
    id: LOCAL_CHAIN_ID,
    name: "Signet local chain",
    nativeCurrency: { name: "Test ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  });
  const options = { chain, transport: http(url, { retryCount: 1 }), pollingInterval: 15 };
  return {
    client: /** @type {import("viem").PublicClient} */ (createPublicClient(options)),
    wallet: createWalletClient(options),
  };
}

/** @typedef {ReturnType<typeof localClients>} Clients */

/**
 * Sends a transaction from one of the node's accounts and waits until it is in a block.
 *
 * @param {Clients} clients
 * @param {Hex} from
 * @param {{ to?: Hex, data: Hex, value?: bigint | undefined }} request
 */
export async function sendLocal({ client, wallet }, from, { to, data, value }) {
  const request = {
    account: from,
    data,
    ...(to === undefined ? {} : { to }),
    ...(value === undefined ? {} : { value }),
  };
  // A call may cost more in the next second: a checkpoint of votes is then added, not changed.
  const gas = ((await client.estimateGas(request)) * 3n) / 2n;
  const hash = await wallet.sendTransaction({ ...request, gas });
  const receipt = await client.waitForTransactionReceipt({ hash });
  if (receipt.status !== "success") throw new Error(`Transaction ${hash} reverted`);
  return receipt;
}
