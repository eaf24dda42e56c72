import { createContext, useContext } from "react";
import { useConnection } from "wagmi";
import type { ChainSetup, Deployment } from "./config.ts";

export const ChainContext = createContext<ChainSetup | null>(null);

export interface OpenChain extends ChainSetup {
  /** That of the wallet's network, else the first. */
  deployment: Deployment;
}

/** The chain setup, for everything under the chain layout. */
export function useChain(): OpenChain {
  const setup = useContext(ChainContext);
  const { chainId } = useConnection();
  if (setup === null) throw new Error("useChain is for screens under the chain layout");
  const own = setup.deployments.find((deployment) => deployment.chainId === chainId);
  return { ...setup, deployment: own ?? setup.deployments[0] };
}

export interface Wallet {
  status: "connected" | "connecting" | "disconnected";
  /** Checksummed; undefined without a wallet. */
  account: `0x${string}` | undefined;
  /** Whether the wallet is on a network that this studio has contracts on. */
  networkKnown: boolean;
}

/** Who is connected, in the terms of the studio. */
export function useWallet(): Wallet {
  const { deployments } = useChain();
  const { status, address, chainId } = useConnection();
  return {
    status: status === "reconnecting" ? "connecting" : status,
    account: status === "connected" ? address : undefined,
    networkKnown: deployments.some((deployment) => deployment.chainId === chainId),
  };
}
