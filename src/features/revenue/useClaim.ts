import { useState } from "react";
import { toFunctionSelector } from "viem";
import type { Address } from "viem";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import { revenueSplitterAbi } from "@/chain/generated/revenueSplitter.ts";
import { claimCall, MOST_CLAIMS } from "@/chain/revenue/calls.ts";
import type { TokenAccount } from "@/chain/revenue/summary.ts";
import { useSending, type Sending } from "../shared/send/useSending.ts";

/** What somebody is about to claim. */
export interface Claiming {
  readonly accounts: readonly TokenAccount[];
  /** Whether to an address that is still to be given. */
  readonly elsewhere: boolean;
}

export interface UseClaim {
  asking: Claiming | null;
  ask: (accounts: readonly TokenAccount[], elsewhere?: boolean) => void;
  close: () => void;
  send: (accounts: readonly TokenAccount[], to: Address | null, label: string) => Promise<void>;
  /** The claim that is on its way, this page's own or an earlier one's. */
  sending: Sending;
}

const CLAIMS: ReadonlySet<string> = new Set(
  revenueSplitterAbi
    .filter((entry) => entry.type === "function")
    .filter(({ name }) => name === "claim" || name === "claimMany" || name === "claimTo")
    .map((entry) => toFunctionSelector(entry)),
);

/** Claims of one screen, one at a time. */
export function useClaim(): UseClaim {
  const { contracts } = useChain().deployment;
  const { account } = useWallet();
  const [asking, setAsking] = useState<Claiming | null>(null);
  const splitter = contracts.splitter.toLowerCase();
  const sending = useSending(
    ({ to, data }) => to.toLowerCase() === splitter && CLAIMS.has(data.slice(0, 10)),
  );
  const ask = (accounts: readonly TokenAccount[], elsewhere = false): void => {
    sending.reset();
    setAsking({ accounts: accounts.slice(0, MOST_CLAIMS), elsewhere });
  };
  const send = async (
    accounts: readonly TokenAccount[],
    to: Address | null,
    label: string,
  ): Promise<void> => {
    setAsking(null);
    if (account === undefined) return;
    await sending.begin(label, claimCall(contracts, accounts, account, to ?? account));
  };
  return { asking, ask, close: () => setAsking(null), send, sending };
}
