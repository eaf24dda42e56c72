import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { Address } from "viem";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import { readClient } from "@/chain/config.ts";
import { follow, isReady, useChainFeed } from "@/chain/follow/chainFeed.ts";
import { NATIVE, type ChainState, type Model } from "@/chain/indexer/state.ts";
import { tokenInfos } from "@/chain/queries/tokenInfo.ts";
import { formatAmount } from "../chainText.ts";
import { nameFromUri } from "./describe.ts";

export interface TokenText {
  symbol: string;
  decimals: number;
}

export interface Market {
  state: ChainState;
  /** Whether the state is that of the chain's head. */
  ready: boolean;
  /** 0 to 1 while the events are being read; null before anything is known. */
  fraction: number | null;
  problem: { code: string; message: string; hint: string } | null;
  account: Address | undefined;
  /** Fits every token; a token that is not known yet has no decimals and its own address. */
  tokenOf: (token: Address) => TokenText;
  amountOf: (token: Address, amount: bigint) => string;
  /** For what an account has: at most six places, cut and not rounded up. */
  roughOf: (token: Address, amount: bigint) => string;
  nameOf: (model: Model) => string;
}

/** The market of the chain that is open, as its events tell it. */
export function useMarket(): Market {
  const { config, deployment } = useChain();
  const { account } = useWallet();
  const feed = useChainFeed();
  const { chainId, contracts, firstBlock, rpcUrl } = deployment;
  useEffect(() => {
    const { registry, splitter, licences, channel, provers, jury, dao } = contracts;
    follow({
      chainId,
      firstBlock,
      rpcUrl,
      contracts: { registry, splitter, licences, channel, provers, jury, dao },
      request: (method, params) =>
        Reflect.apply(readClient(config, chainId).request, null, [{ method, params }]),
    });
  }, [config, chainId, contracts, firstBlock, rpcUrl]);
  const { data: tokens } = useQuery(tokenInfos(config, chainId, deployment.tokens));

  return useMemo(() => {
    const { nativeCurrency } = deployment.chain;
    const tokenOf = (token: Address): TokenText => {
      if (token === NATIVE) return nativeCurrency;
      const known = tokens?.find((entry) => entry.token.toLowerCase() === token.toLowerCase());
      return known ?? { symbol: token, decimals: 0 };
    };
    const names = new Map(deployment.models.map(({ id, name }) => [BigInt(id), name]));
    const { block, head, problem, target } = feed;
    const first = target?.firstBlock ?? 0n;
    const share =
      block === null || head === null || head <= first
        ? null
        : Number(block - first) / Number(head - first);
    return {
      state: feed.state,
      ready: target?.chainId === deployment.chainId && isReady(feed),
      fraction: share,
      problem,
      account,
      tokenOf,
      amountOf: (token, amount) => {
        const { symbol, decimals } = tokenOf(token);
        return `${formatAmount(amount, decimals, decimals)} ${symbol}`;
      },
      roughOf: (token, amount) => {
        const { symbol, decimals } = tokenOf(token);
        return `${formatAmount(amount, decimals)} ${symbol}`;
      },
      nameOf: ({ id, uri }) => names.get(id) ?? nameFromUri(uri, id),
    };
  }, [deployment, tokens, feed, account]);
}
