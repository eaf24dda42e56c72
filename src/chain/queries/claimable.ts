import { queryOptions } from "@tanstack/react-query";
import type { Address } from "viem";
import type { Config } from "wagmi";
import { readClient, type Deployment } from "../config.ts";
import { revenueSplitterAbi } from "../generated/revenueSplitter.ts";
import type { Claimable } from "../revenue/calls.ts";
import { chainKey } from "./keys.ts";

/** What the splitter itself says that a holder may claim now, one amount for each pot. */
export function claimableQuery(
  config: Config,
  { chainId, contracts }: Deployment,
  holder: Address,
  pots: readonly Claimable[],
) {
  return queryOptions({
    queryKey: chainKey(
      chainId,
      "claimable",
      holder,
      ...pots.map(({ model, token }) => `${model} ${token}`),
    ),
    queryFn: (): Promise<bigint[]> => {
      const client = readClient(config, chainId);
      return Promise.all(
        pots.map(({ model, token }) =>
          client.readContract({
            address: contracts.splitter,
            abi: revenueSplitterAbi,
            functionName: "claimable",
            args: [model, token, holder],
          }),
        ),
      );
    },
    staleTime: 0,
  });
}
