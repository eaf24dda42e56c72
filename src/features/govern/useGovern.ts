import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import type { Deployment } from "@/chain/config.ts";
import { isSame } from "@/chain/governance/context.ts";
import type { Coin, GovernContext } from "@/chain/governance/context.ts";
import { proposalRows } from "@/chain/governance/waiting.ts";
import type { ProposalRow } from "@/chain/governance/waiting.ts";
import { NATIVE } from "@/chain/indexer/state.ts";
import type { Model } from "@/chain/indexer/state.ts";
import { chainClock } from "@/chain/queries/clock.ts";
import { tokenInfos } from "@/chain/queries/tokenInfo.ts";
import { useMarket } from "../shared/market/useMarket.ts";
import type { Market } from "../shared/market/useMarket.ts";

export interface Govern {
  market: Market;
  deployment: Deployment;
  /** Unix seconds of the chain; null until it was asked. */
  now: bigint | null;
  /** What prices can be in; the tokens only once their decimals are known. */
  coins: readonly Coin[];
  /** All proposals, the newest first; none until the chain's time is known. */
  rows: readonly ProposalRow[];
  contextOf: (model: Model, now: bigint) => GovernContext;
  /** What the demo market calls an account; null elsewhere. */
  personOf: (account: Address) => string | null;
}

/** What the screens of governance look at: the events, the chain's time and its coins. */
export function useGovern(): Govern {
  const market = useMarket();
  const { config, deployment } = useChain();
  const { data: now = null } = useQuery(chainClock(config, deployment));
  const { data: tokens } = useQuery(tokenInfos(config, deployment.chainId, deployment.tokens));
  const { state } = market;
  const { contracts, cast, chain } = deployment;
  const rows = useMemo(
    () => (now === null ? [] : proposalRows(state, contracts, now)),
    [state, contracts, now],
  );
  return useMemo(() => {
    const { symbol, decimals } = chain.nativeCurrency;
    const coins = [{ token: NATIVE, symbol, decimals }, ...(tokens ?? [])];
    return {
      market,
      deployment,
      now,
      coins,
      rows,
      contextOf: (model: Model, at: bigint) => ({ state, model, contracts, coins, now: at }),
      personOf: (account: Address) =>
        cast.find(({ address }) => isSame(address, account))?.name ?? null,
    };
  }, [market, deployment, now, tokens, rows, state, contracts, cast, chain]);
}
