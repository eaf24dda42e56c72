import {
  createPublicClient,
  createWalletClient,
  defineChain,
  getAddress,
  http,
  type Address,
  type Hex,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { cachedReader } from "@/permission/cachedReader.ts";
import type { Price } from "@/permission/metering.ts";
import type { HostTerms } from "@/permission/terms.ts";
import { Desk } from "./desk.ts";
import { gatewayServer } from "./server.ts";
import { BoundedSet } from "./boundedSet.ts";
import { channelWriter } from "./channelWriter.ts";
import { Settler } from "./settler.ts";
import { Store } from "./store.ts";
import { viemReader } from "./viemReader.ts";

export interface GatewayConfig {
  readonly upstream: string;
  readonly upstreamModel: string | null;
  readonly upstreamHeaders: Record<string, string>;
  readonly rpcUrl: string;
  readonly channel: Address;
  readonly licences: Address;
  readonly model: bigint;
  readonly token: Address;
  readonly price: Price;
  readonly maxOutputTokens: number;
  readonly riskCap: bigint;
  readonly offlineRiskCap: bigint;
  readonly policyText: string;
  readonly mode: "strict" | "relaxed";
  readonly cacheSeconds: number;
  readonly staleSeconds: number;
  readonly settleEverySeconds: number;
  /** Settles when this much is owed; null for never. */
  readonly settleAt: bigint | null;
  readonly batchSize: number;
  readonly watchSeconds: number;
  readonly listenHost: string;
  readonly port: number;
  readonly booksFile: string;
  readonly maxBodyBytes: number;
  readonly upstreamTimeoutMs: number;
  readonly allowOrigin: string | null;
  readonly log: (line: string) => void;
}

export interface Gateway {
  readonly url: string;
  readonly host: Address;
  /** Stops taking calls, waits for those under way, and closes the books. */
  stop(): Promise<void>;
}

/** Shortest delay of a close that the contract allows. */
const SHORTEST_DELAY_S = 900;
const MAX_REMEMBERED = 10_000;
const GRACE_MS = 30_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const BODY_TIMEOUT_MS = 30_000;

/** Starts the gateway. The host's key is used to sign and goes nowhere else. */
export async function startGateway(config: GatewayConfig, hostKey: Hex): Promise<Gateway> {
  const account = privateKeyToAccount(hostKey);
  const host = account.address;
  const transport = http(config.rpcUrl, { batch: true, retryCount: 2, timeout: 10_000 });
  const chainId = await createPublicClient({ transport }).getChainId();
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: "Coin", symbol: "COIN", decimals: 18 },
    rpcUrls: { default: { http: [] } },
  });
  const client = createPublicClient({ chain, transport, pollingInterval: 500, cacheTime: 0 });
  const wallet = createWalletClient({ account, chain, transport });
  const writer = channelWriter(client, wallet, config.channel, account);

  const nowSeconds = () => Date.now() / 1_000;
  const { model, price, maxOutputTokens, riskCap, policyText } = config;
  const channel = getAddress(config.channel);
  const terms: HostTerms = {
    chainId,
    channel,
    host,
    model,
    token: getAddress(config.token),
    price,
    maxOutputTokens,
    riskCap,
    withdrawDelay: SHORTEST_DELAY_S,
    policyText,
  };
  const store = new Store(config.booksFile, { chainId, channel, host, model });
  const reading = viemReader(client, config);
  const { cacheSeconds: ttlSeconds, mode, staleSeconds } = config;
  const reader = cachedReader(reading, { ttlSeconds, mode, staleSeconds, now: nowSeconds });
  const settler = new Settler({
    store,
    chain: reading,
    cached: reader,
    host,
    writer,
    desk: () => desk,
    batchSize: config.batchSize,
    nowSeconds,
    log: config.log,
  });
  const desk: Desk = new Desk({
    store,
    reader,
    terms,
    domain: { chainId, verifyingContract: channel },
    offlineRiskCap: config.offlineRiskCap,
    nowSeconds,
    activate: (permission) => settler.activate(permission),
  });
  const health = () => ({
    status: settler.lastError === null ? "ok" : "settlement-failing",
    host,
    chainId,
    openCalls: desk.openCalls(),
    unsettledAmount: String(settler.unsettledAmount()),
    settledVouchers: settler.settledVouchers,
    lastError: settler.lastError,
  });
  const server = gatewayServer({
    ...config,
    terms,
    desk,
    store,
    reader,
    hostKey: account,
    verified: new BoundedSet(MAX_REMEMBERED),
    maxAnswerBytes: MAX_ANSWER_BYTES,
    bodyTimeoutMs: BODY_TIMEOUT_MS,
    nowSeconds,
    health,
  });
  try {
    await listen(server, config);
  } catch (error) {
    store.close();
    throw error;
  }
  const stopTimers = startTimers(settler, config);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : config.port;

  const stop = async () => {
    await stopTimers();
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeIdleConnections();
    const late = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    await closed;
    clearTimeout(late);
    // Calls whose connection was cut still finish in the books.
    for (let waited = 0; desk.openCalls() > 0 && waited < 50; waited += 1) await pause(100);
    store.close();
  };
  return { url: `http://${config.listenHost}:${port}`, host, stop };
}

function listen(
  server: ReturnType<typeof gatewayServer>,
  { port, listenHost }: GatewayConfig,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, listenHost, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** @returns what stops them and waits for the round under way */
function startTimers(settler: Settler, config: GatewayConfig): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  let settledAt = Date.now();
  let isBusy = false;
  const round = async () => {
    await settler.settleEnding();
    const isTime = Date.now() - settledAt >= config.settleEverySeconds * 1_000;
    const isMuch = config.settleAt !== null && settler.unsettledAmount() >= config.settleAt;
    if (!isTime && !isMuch) return;
    settledAt = Date.now();
    await settler.settleAll();
  };
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    running = round()
      .catch((error: unknown) => {
        const text = error instanceof Error ? error.message : String(error);
        config.log(`settlement: ${text.split("\n", 1)[0]}`);
      })
      .finally(() => {
        isBusy = false;
      });
  }, config.watchSeconds * 1_000);
  return async () => {
    clearInterval(timer);
    await running;
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
