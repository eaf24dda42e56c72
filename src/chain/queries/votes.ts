import { queryOptions } from "@tanstack/react-query";
import type { Address } from "viem";
import type { Config } from "wagmi";
import { readClient } from "../config.ts";
import { modelSharesAbi } from "../generated/modelShares.ts";
import { chainKey } from "./keys.ts";

/** Votes that an account had at a moment that is past, when a proposal's votes were weighed. */
export function votesAt(
  config: Config,
  chainId: number,
  shares: Address,
  account: Address,
  timeSeconds: bigint,
) {
  return queryOptions({
    queryKey: chainKey(chainId, "votesAt", shares, account, timeSeconds.toString()),
    queryFn: () =>
      readClient(config, chainId).readContract({
        address: shares,
        abi: modelSharesAbi,
        functionName: "getPastVotes",
        args: [account, timeSeconds],
      }),
  });
}
