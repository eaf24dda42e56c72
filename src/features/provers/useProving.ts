import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Address } from "viem";
import type { Config } from "wagmi";
import { useChain } from "@/chain/chainContext.ts";
import type { Deployment } from "@/chain/config.ts";
import { NATIVE } from "@/chain/indexer/state.ts";
import { juryCalls, networkCalls } from "@/chain/proving/calls.ts";
import type { Actor, CaseFile } from "@/chain/proving/cases.ts";
import { chainHead } from "@/chain/queries/proving.ts";
import { useMarket, type Market } from "../shared/market/useMarket.ts";

/** What every part of the provers' screens works with. */
export interface Proving {
  market: Market;
  config: Config;
  deployment: Deployment;
  account: Address | undefined;
  /** Last block and its time, Unix seconds; null until known. */
  head: bigint | null;
  now: bigint | null;
  network: ReturnType<typeof networkCalls>;
  jury: ReturnType<typeof juryCalls>;
  /** An amount of the chain's coin with its symbol. */
  coin: (wei: bigint) => string;
  modelName: (model: bigint) => string;
}

export function useProving(): Proving {
  const market = useMarket();
  const { config, deployment } = useChain();
  const { data: head } = useQuery(chainHead(config, deployment));
  return useMemo(() => {
    const { provers, jury } = deployment.contracts;
    return {
      market,
      config,
      deployment,
      account: market.account,
      head: head?.number ?? null,
      now: head?.timeSeconds ?? null,
      network: networkCalls(provers),
      jury: juryCalls(jury),
      coin: (wei) => market.amountOf(NATIVE, wei),
      modelName: (model) => {
        const found = market.state.models.get(model);
        return found === undefined ? `Model ${model}` : market.nameOf(found);
      },
    };
  }, [market, config, deployment, head]);
}

/** What the chain knows of the connected account, as `refusal` asks; null without one. */
export function actorOf({ market, account }: Proving, file: CaseFile | null): Actor | null {
  if (account === undefined) return null;
  const stake = market.state.stakes.get(account);
  const host = [...market.state.hosts.values()].find(
    ({ id, left }) => !left && id === file?.record.host,
  );
  return {
    account,
    hostAccount: host?.address ?? null,
    freeStake: (stake?.amount ?? 0n) - (stake?.leaving ?? 0n),
    stakedSince: stake?.since ?? 0n,
  };
}
