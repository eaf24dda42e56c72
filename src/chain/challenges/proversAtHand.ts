import { createPublicClient, http } from "viem";
import type { Address } from "viem";
import { proverNetworkAbi } from "../generated/proverNetwork.ts";
import { fetchLocalMarket } from "../localMarket.ts";

const TIMEOUT_MS = 10_000;

/** The prover network of the page's own local chain. */
export interface ProversAtHand {
  chainId: number;
  network: Address;
  /** Every fingerprint that was shown there, so that the node does not learn whose matter. */
  shown: readonly { model: string; epoch: number; index: number }[];
}

/** @returns null when there is no such chain; rejects when it does not answer */
export async function openProversAtHand(): Promise<ProversAtHand | null> {
  const market = await fetchLocalMarket();
  if (market === null) return null;
  const { chainId, contracts, firstBlock } = market.addresses;
  const url = new URL(market.rpc, document.baseURI).href;
  const client = createPublicClient({
    transport: http(url, { retryCount: 1, timeout: TIMEOUT_MS }),
  });
  const events = await client.getContractEvents({
    address: contracts.provers,
    abi: proverNetworkAbi,
    eventName: "LeafRevealed",
    fromBlock: BigInt(firstBlock),
    strict: true,
  });
  return {
    chainId,
    network: contracts.provers,
    shown: events.map(({ args: { model, epoch, index } }) => ({
      model: model.toString(),
      epoch,
      index: Number(index),
    })),
  };
}
