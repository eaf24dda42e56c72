import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesToHex, zeroAddress, type Address } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { importTypeScript } from "../../scripts/lib/chain/bundle.mjs";
import { TEST_PHRASE } from "../../src/chain/market/demoCast.ts";

/** Account of the host that has a licence's users pay. */
export const HONEST_HOST = 7;

export interface StoryHost {
  url: string;
  stop: () => Promise<void>;
}

/** A gateway in front of a model of the market, run by the demo market's host. */
export async function startHonestHost(options: {
  rpcUrl: string;
  contracts: { channel: Address; licences: Address };
  model: bigint;
  modelFolder: string;
}): Promise<StoryHost> {
  const { startDemoModelServer } = await importTypeScript<
    typeof import("../../scripts/lib/gateway/demoModelServer.ts")
  >("scripts/lib/gateway/demoModelServer.ts");
  const { startGateway } = await importTypeScript<
    typeof import("../../scripts/lib/gateway/startGateway.ts")
  >("scripts/lib/gateway/startGateway.ts");
  const folder = await mkdtemp(join(tmpdir(), "signet-e2e-story-"));
  const server = await startDemoModelServer(options.modelFolder);
  const { privateKey } = mnemonicToAccount(TEST_PHRASE, { addressIndex: HONEST_HOST }).getHdKey();
  if (privateKey === null) throw new Error("the test phrase gave no key");
  const gateway = await startGateway(
    {
      upstream: server.url,
      upstreamModel: null,
      upstreamHeaders: {},
      rpcUrl: options.rpcUrl,
      ...options.contracts,
      model: options.model,
      token: zeroAddress,
      price: { perCall: 1_000_000_000_000n, perThousandInput: 0n, perThousandOutput: 999_999_999n },
      maxOutputTokens: 64,
      riskCap: 0n,
      offlineRiskCap: 0n,
      policyText: "Licences are honoured here.",
      mode: "strict",
      cacheSeconds: 1,
      staleSeconds: 60,
      settleEverySeconds: 600,
      settleAt: null,
      batchSize: 50,
      watchSeconds: 5,
      listenHost: "127.0.0.1",
      port: 0,
      booksFile: join(folder, "books.sqlite"),
      maxBodyBytes: 65_536,
      upstreamTimeoutMs: 60_000,
      allowOrigin: null,
      log: () => {},
    },
    bytesToHex(privateKey),
  );
  return {
    url: gateway.url,
    stop: async () => {
      await gateway.stop();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A host that serves somebody's weights to anyone, and asks for no permission. */
export async function startThief(weights: string): Promise<StoryHost> {
  const { startModelHost } = await importTypeScript<
    typeof import("../../scripts/lib/hosts/testing/modelHost.ts")
  >("scripts/lib/hosts/testing/modelHost.ts");
  return startModelHost(weights);
}
