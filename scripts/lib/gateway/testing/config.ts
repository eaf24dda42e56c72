import { join } from "node:path";
import type { GatewayConfig } from "../startGateway.ts";
import { MODEL, type Market } from "./market.ts";
import { zeroAddress } from "viem";

/** A gateway of the market's host in front of a server, with what a test changes. */
export function configOf(
  market: Market,
  upstream: string,
  changed: Partial<GatewayConfig> = {},
): GatewayConfig {
  return {
    upstream,
    upstreamModel: null,
    upstreamHeaders: {},
    rpcUrl: market.url,
    channel: market.contracts.channel,
    licences: market.contracts.licences,
    model: MODEL,
    token: zeroAddress,
    price: { perCall: 1_000n, perThousandInput: 0n, perThousandOutput: 0n },
    maxOutputTokens: 64,
    riskCap: 0n,
    offlineRiskCap: 0n,
    policyText: "",
    mode: "strict",
    cacheSeconds: 0,
    staleSeconds: 60,
    settleEverySeconds: 3_600,
    settleAt: null,
    batchSize: 50,
    watchSeconds: 1,
    listenHost: "127.0.0.1",
    port: 0,
    booksFile: join(market.folder, "books.sqlite"),
    maxBodyBytes: 65_536,
    upstreamTimeoutMs: 20_000,
    allowOrigin: null,
    log: () => {},
    ...changed,
  };
}
