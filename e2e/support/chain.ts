import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuild } from "../../scripts/lib/build.mjs";
import { fillDemoMarket } from "../../scripts/lib/chain/demoMarket.mjs";
import { openLocalChain } from "../../scripts/lib/chain/localChain.mjs";
import { rpc } from "../../scripts/lib/chain/rpc.mjs";
import { startServer } from "../../scripts/lib/server.mjs";
import { test as studioTest } from "./studio.ts";
import { TestWallet } from "./wallet.ts";
import type { TestWalletOptions } from "./wallet.ts";

export interface TestChain {
  /** Address of the node itself. */
  rpcUrl: string;
  /** `/chain.json` as the page gets it. */
  marketFile: string;
  ask: <T>(method: string, params?: readonly unknown[]) => Promise<T>;
  mine: (blocks?: number) => Promise<void>;
  /** Whether a block is made for every transaction; true at the start of each test. */
  setAutomine: (on: boolean) => Promise<void>;
}

interface ForWorker {
  /** The real local chain with the demo market, once for all tests of a worker. */
  runningChain: TestChain;
}

/** A server that the page may call through its own. */
export interface ServedHost {
  name: string;
  /** Base URL, without /v1. */
  url: string;
}

interface ForTest {
  /** Listed in /hosts.json and reached below /hosts; none unless a test extends this. */
  hosts: readonly ServedHost[];
  /** The chain as it was after filling, whatever tests before did to it. */
  chain: TestChain;
  /** Installs a wallet in the page; call it before the first `goto`. */
  installWallet: (options?: Partial<TestWalletOptions>) => Promise<TestWallet>;
}

/** The studio with its local chain, for tests of everything that is on it. */
export const test = studioTest.extend<ForTest, ForWorker>({
  runningChain: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads fixtures off this pattern
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), "signet-e2e-chain-"));
      const local = await openLocalChain({ folder, port: 0, reset: false, fill: fillDemoMarket });
      const ask = <T>(method: string, params: readonly unknown[] = []): Promise<T> =>
        rpc(local.url, method, [...params]);
      await use({
        rpcUrl: local.url,
        marketFile: local.marketFile,
        ask,
        mine: async (blocks = 1) => {
          await ask("anvil_mine", [`0x${blocks.toString(16)}`]);
        },
        setAutomine: async (on) => {
          await ask("evm_setAutomine", [on]);
        },
      });
      await local.stop();
      await rm(folder, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 180_000 },
  ],
  chain: async ({ runningChain }, use) => {
    const snapshot = await runningChain.ask("evm_snapshot");
    await use(runningChain);
    await runningChain.setAutomine(true);
    await runningChain.ask("anvil_dropAllTransactions");
    const reverted = await runningChain.ask("evm_revert", [snapshot]);
    if (reverted !== true) throw new Error("The chain could not be put back");
  },
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads fixtures off this pattern
  hosts: async ({}, use) => use([]),
  studio: async ({ chain, hosts }, use) => {
    const { rpcUrl, marketFile } = chain;
    const root = await ensureBuild({ quiet: true });
    const server = await startServer({ root, chain: { rpcUrl, marketFile }, hosts });
    let stopped = false;
    const stop = async (): Promise<void> => {
      if (!stopped) await server.close();
      stopped = true;
    };
    await use({ origin: server.origin, stop });
    await stop();
  },
  installWallet: async ({ page, chain }, use) => {
    await use((options = {}) => TestWallet.install(page, { rpcUrl: chain.rpcUrl, ...options }));
  },
});

export { expect } from "@playwright/test";
