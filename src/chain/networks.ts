import { defineChain } from "viem";
import type { Chain } from "viem";
import {
  arbitrum,
  arbitrumSepolia,
  base,
  baseSepolia,
  gnosis,
  mainnet,
  optimism,
  optimismSepolia,
  polygon,
  sepolia,
} from "viem/chains";

const KNOWN: readonly Chain[] = [
  arbitrum,
  arbitrumSepolia,
  base,
  baseSepolia,
  gnosis,
  mainnet,
  optimism,
  optimismSepolia,
  polygon,
  sepolia,
];

/** The local chain as a wallet is to know it. */
export function localNetwork(chainId: number, rpcUrl: string): Chain {
  return defineChain({
    id: chainId,
    name: "Signet local chain",
    nativeCurrency: { name: "Local ether, worth nothing", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
    testnet: true,
  });
}

/** A public network by its id; one that is not known has no explorer and cannot be added to a wallet. */
export function publicNetwork(chainId: number): Chain {
  return (
    KNOWN.find(({ id }) => id === chainId) ??
    defineChain({
      id: chainId,
      name: `Network ${chainId}`,
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [] } },
    })
  );
}
