/**
 * The chains of this studio, opened at run time.
 *
 * - `openChain()` reads `/chain.json` and the address files of the build and makes one wagmi config;
 *   null when there is no chain at all. Screens under the chain layout get it by `useChain()`
 *   (chainContext.ts): `{ config, deployments, deployment }`, where `deployment` is that of the
 *   wallet's network, else the first. `deployment.contracts.registry` and the like are addresses,
 *   `deployment.tokens` what may be paid with, `deployment.testDollar` is set on the local chain.
 * - Reads: `readClient(chain, chainId)` is a viem public client. The local chain is asked at `/rpc` of
 *   the page's own origin, public ones through the connected wallet.
 * - Writes: `send` of transactions/useTransaction.ts, never a wagmi write hook, so that every
 *   transaction is simulated, kept and followed alike.
 * - Queries: factories in queries/*.ts, keys made with `chainKey(chainId, …)`; everything under "chain"
 *   is asked again once a transaction is confirmed.
 */
import { createConfig, createStorage, http } from "wagmi";
import type { Config, Transport } from "wagmi";
import { getPublicClient } from "wagmi/actions";
import type { Address, Chain, PublicClient } from "viem";
import { ADDRESS_BOOK } from "./addresses/book.ts";
import type { ChainAddresses } from "./addresses/schema.ts";
import { fetchLocalMarket } from "./localMarket.ts";
import type { LocalMarket } from "./localMarket.ts";
import { ChainError } from "./errors/chainError.ts";
import { localNetwork, publicNetwork } from "./networks.ts";
import { testAccountsConnector } from "./testAccounts/connector.ts";
import { walletConnectors } from "./walletConnect.ts";
import { walletTransport } from "./walletTransport.ts";

/** One chain with the contracts on it. */
export interface Deployment {
  chain: Chain;
  chainId: number;
  contracts: ChainAddresses["contracts"];
  /** Block of the first creation, where reading of events begins. */
  firstBlock: bigint;
  /** ERC-20s that may be paid with besides the native coin. */
  tokens: readonly Address[];
  /** Blocks that must stand on a transaction, its own included, before it counts as done. */
  confirmations: number;
  /** Same-origin address of the node for workers; null where reads go through the wallet. */
  rpcUrl: string | null;
  /** The local chain's worthless coin, which anyone may mint; null elsewhere. */
  testDollar: Address | null;
  /** Names of the demo market's models; empty elsewhere. */
  models: LocalMarket["models"];
  /** Who plays in the demo market; empty elsewhere. */
  cast: LocalMarket["cast"];
}

export interface ChainSetup {
  config: Config;
  deployments: readonly Deployment[];
}

const PUBLIC_CONFIRMATIONS = 2;

function localDeployment(market: LocalMarket): Deployment & { rpcUrl: string } {
  return {
    ...fromAddresses(market.addresses),
    chain: localNetwork(market.addresses.chainId, market.rpcUrl),
    confirmations: 1,
    rpcUrl: new URL(market.rpc, location.href).href,
    testDollar: market.testDollar,
    models: market.models,
    cast: market.cast,
  };
}

function publicDeployment(addresses: ChainAddresses): Deployment {
  return {
    ...fromAddresses(addresses),
    chain: publicNetwork(addresses.chainId),
    confirmations: PUBLIC_CONFIRMATIONS,
    rpcUrl: null,
    testDollar: null,
    models: [],
    cast: [],
  };
}

function fromAddresses(addresses: ChainAddresses) {
  return {
    chainId: addresses.chainId,
    contracts: addresses.contracts,
    firstBlock: BigInt(addresses.firstBlock),
    tokens: addresses.tokens,
  };
}

/** @returns null when neither a local chain runs nor a public deployment came with the build */
export async function openChain(): Promise<ChainSetup | null> {
  const market = await fetchLocalMarket();
  const local = market === null ? [] : [localDeployment(market)];
  const others = [...ADDRESS_BOOK.values()]
    .filter(({ chainId }) => chainId !== market?.addresses.chainId)
    .map(publicDeployment);
  const deployments = [...local, ...others];
  const [first, ...rest] = deployments.map(({ chain }) => chain);
  if (first === undefined) return null;
  const transports: Record<number, Transport> = {};
  for (const { chainId, rpcUrl } of deployments) {
    transports[chainId] =
      rpcUrl === null
        ? walletTransport(chainId, () => config)
        : http(rpcUrl, { batch: { wait: 8 }, retryCount: 1, timeout: 30_000 });
  }
  const config: Config = createConfig({
    chains: [first, ...rest],
    // Wallets announce themselves by EIP-6963; guessing at window.ethereum connects the wrong one.
    connectors: [...(await walletConnectors()), ...local.map(testAccounts)],
    multiInjectedProviderDiscovery: true,
    transports,
    storage: createStorage({ storage: localStorage, key: "signet-wallet" }),
    pollingInterval: market === null ? 4_000 : 1_000,
  });
  return { config, deployments };
}

function testAccounts({ chainId, rpcUrl, cast }: ReturnType<typeof localDeployment>) {
  return testAccountsConnector({ chainId, rpcUrl, accounts: cast.map(({ address }) => address) });
}

/** Reads of one chain. */
export function readClient(config: Config, chainId: number): PublicClient {
  const client = getPublicClient(config, { chainId });
  if (client === undefined) {
    throw new ChainError("WRONG_NETWORK", "This studio does not know that network.", "Switch it.");
  }
  return client;
}
