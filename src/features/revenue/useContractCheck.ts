import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { blockOf } from "@/chain/follow/chainFeed.ts";
import { claimableQuery } from "@/chain/queries/claimable.ts";
import type { TokenAccount } from "@/chain/revenue/summary.ts";
import type { Market } from "../shared/market/useMarket.ts";

export interface ContractCheck {
  status: "reading" | "failed" | "read";
  /** What the contract says of an account; undefined until it was read. */
  amountOf: (account: TokenAccount) => bigint | undefined;
  /** Whether the contract says something else than the events. */
  differs: (account: TokenAccount) => boolean;
}

/** Asks the contract for the amounts that the events give, after the same block. */
export function useContractCheck(
  market: Market,
  holder: Address,
  accounts: readonly TokenAccount[],
): ContractCheck {
  const { config, deployment } = useChain();
  // That of the state, so that blocks without events ask for nothing.
  const block = useMemo(() => blockOf(market.state), [market.state]);
  const { data, isError } = useQuery({
    ...claimableQuery(config, deployment, holder, accounts, block),
    enabled: market.ready && block !== null && accounts.length > 0,
  });
  return useMemo(() => {
    const places = new Map(accounts.map(({ model, token }, at) => [`${model} ${token}`, at]));
    const amountOf = ({ model, token }: TokenAccount): bigint | undefined => {
      const place = places.get(`${model} ${token}`);
      return place === undefined ? undefined : data?.[place];
    };
    return {
      status: data !== undefined ? "read" : isError ? "failed" : "reading",
      amountOf,
      differs: (account) => {
        const said = amountOf(account);
        return said !== undefined && said !== account.claimable;
      },
    };
  }, [accounts, data, isError]);
}
