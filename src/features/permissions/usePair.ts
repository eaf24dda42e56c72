import { useQuery } from "@tanstack/react-query";
import { isAddressEqual } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import type { Deployment } from "@/chain/config.ts";
import { explainChainError } from "@/chain/errors/explain.ts";
import type { Pair } from "@/chain/permissions/calls.ts";
import {
  baseOf,
  currentSession,
  heldFor,
  type Base,
  type Held,
} from "@/chain/permissions/draftPermission.ts";
import { pairQuery, type PairReading } from "@/chain/queries/channel.ts";
import type { SigningDomain } from "@/permission/token.ts";
import { useMarket, type Market } from "../shared/market/useMarket.ts";
import { hostsQuery, type ListedHost } from "./hostsQuery.ts";
import { sessionsQuery } from "./sessionClient.ts";

/** All that the parts of a channel's screen share. */
export interface OpenPair {
  readonly pair: Pair;
  readonly market: Market;
  readonly deployment: Deployment;
  readonly domain: SigningDomain;
  readonly reading: PairReading;
  /** The pair's host, if this studio can reach it. */
  readonly listed: ListedHost | null;
  readonly held: readonly Held[];
  readonly current: (Held & { readonly isActive: boolean }) | null;
  readonly base: Base;
  /** Whether the connected account is the licence's holder. */
  readonly isHolder: boolean;
}

export type PairState =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly error: unknown }
  | { readonly state: "open"; readonly open: OpenPair };

export function usePair(pair: Pair): PairState {
  const { config, deployment } = useChain();
  const market = useMarket();
  const domain = {
    chainId: deployment.chainId,
    verifyingContract: deployment.contracts.channel,
  };
  const reading = useQuery(pairQuery(config, deployment, pair.licence, pair.host));
  const sessions = useQuery(sessionsQuery(domain));
  const hosts = useQuery(hostsQuery());
  if (reading.isError && reading.data === undefined) {
    return { state: "failed", error: explainChainError(reading.error) };
  }
  if (sessions.isError) return { state: "failed", error: sessions.error };
  if (reading.data === undefined || sessions.data === undefined || hosts.data === undefined) {
    return { state: "loading" };
  }
  const held = heldFor(sessions.data, pair);
  const current = currentSession(held, reading.data);
  const listed =
    hosts.data.find(({ terms }) => terms !== null && isAddressEqual(terms.host, pair.host)) ?? null;
  const { account } = market;
  return {
    state: "open",
    open: {
      pair,
      market,
      deployment,
      domain,
      reading: reading.data,
      listed,
      held,
      current,
      base: baseOf(reading.data, current),
      isHolder: account !== undefined && isAddressEqual(account, reading.data.owner),
    },
  };
}
