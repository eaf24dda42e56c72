import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesToHex, zeroAddress } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import * as v from "valibot";
import { chainAddressesSchema } from "@/chain/addresses/schema.ts";
import { CAST, TEST_PHRASE } from "@/chain/market/demoCast.ts";
import { rpc } from "../chain/rpc.mjs";
import { startDemoModelServer } from "./demoModelServer.ts";
import { startGateway, type Gateway, type GatewayConfig } from "./startGateway.ts";
import { StoreUnusable } from "./store.ts";

/** The address that the demo market's host put up collateral for. */
const PORT = 8_799;

/** Per call and per 1,000 tokens, in wei. */
const PRICE = {
  perCall: 10_000_000_000_000n,
  perThousandInput: 20_000_000_000_000n,
  perThousandOutput: 100_000_000_000_000n,
};
const POLICY =
  "The demo host serves whoever has a licence. It keeps numbers, sums and hashes of calls, not their texts.";

const marketSchema = v.object({
  addresses: chainAddressesSchema,
  models: v.array(v.object({ id: v.number(), key: v.string() })),
});

export interface DemoHostOptions {
  /** The local chain with the demo market. */
  readonly rpcUrl: string;
  readonly marketFile: string;
  /** Where the books are kept. */
  readonly folder: string;
  /** Folder of the demo model's files. */
  readonly modelFolder: string;
  /** 60 without it. */
  readonly settleEverySeconds?: number;
  readonly log: (line: string) => void;
}

export interface DemoHost {
  /** Base URL, without /v1. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Lets the demo market's host serve the demo model for vouchers, on the loopback address. Its key is one
 * of the test phrase's, which everyone has.
 *
 * @returns the host of another process that serves this chain, if one does
 */
export async function startDemoHost(options: DemoHostOptions): Promise<DemoHost> {
  const { rpcUrl, folder, modelFolder, settleEverySeconds = 60, log } = options;
  const { addresses, models } = v.parse(
    marketSchema,
    JSON.parse(readFileSync(options.marketFile, "utf8")),
  );
  const model = models.find(({ key }) => key === "demo");
  if (model === undefined) throw new Error("the market has no demo model");
  mkdirSync(folder, { recursive: true });
  const books = await booksOf(rpcUrl, addresses.firstBlock, folder);
  const server = await startDemoModelServer(modelFolder);
  const config: GatewayConfig = {
    upstream: server.url,
    upstreamModel: null,
    upstreamHeaders: {},
    rpcUrl,
    channel: addresses.contracts.channel,
    licences: addresses.contracts.licences,
    model: BigInt(model.id),
    token: zeroAddress,
    price: PRICE,
    maxOutputTokens: 128,
    riskCap: 0n,
    offlineRiskCap: 0n,
    policyText: POLICY,
    mode: "strict",
    cacheSeconds: 1,
    staleSeconds: 60,
    settleEverySeconds,
    settleAt: null,
    batchSize: 50,
    watchSeconds: Math.min(5, settleEverySeconds),
    listenHost: "127.0.0.1",
    port: PORT,
    booksFile: books,
    maxBodyBytes: 65_536,
    upstreamTimeoutMs: 60_000,
    allowOrigin: null,
    log,
  };
  try {
    const gateway = await startOnAnyPort(config);
    writeFileSync(`${books}.url`, gateway.url);
    const stop = async () => {
      await gateway.stop();
      await server.stop();
      rmSync(`${books}.url`, { force: true });
    };
    return { url: gateway.url, stop };
  } catch (error) {
    await server.stop();
    if (!(error instanceof StoreUnusable)) throw error;
    return { url: readFileSync(`${books}.url`, "utf8"), stop: async () => {} };
  }
}

async function startOnAnyPort(config: GatewayConfig): Promise<Gateway> {
  const host = CAST.find(({ role }) => role === "host");
  const { privateKey } = mnemonicToAccount(TEST_PHRASE, {
    addressIndex: host?.index ?? 0,
  }).getHdKey();
  if (privateKey === null) throw new Error("the test phrase gave no key");
  const key = bytesToHex(privateKey);
  try {
    return await startGateway(config, key);
  } catch (error) {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!isTaken) throw error;
    return startGateway({ ...config, port: 0 }, key);
  }
}

/**
 * Books of this very chain: one that was started afresh has the same addresses, but other calls. Books of
 * chains that are gone are removed.
 */
async function booksOf(rpcUrl: string, firstBlock: number, folder: string): Promise<string> {
  const block: { hash: string } = await rpc(rpcUrl, "eth_getBlockByNumber", [
    `0x${firstBlock.toString(16)}`,
    false,
  ]);
  const name = `books-${createHash("sha256").update(block.hash).digest("hex").slice(0, 12)}`;
  for (const file of readdirSync(folder)) {
    if (file.startsWith("books-") && !file.startsWith(name)) {
      rmSync(join(folder, file), { recursive: true, force: true });
    }
  }
  return join(folder, `${name}.sqlite`);
}
