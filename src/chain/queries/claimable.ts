import { queryOptions } from "@tanstack/react-query";
import type { Address } from "viem";
import type { Config } from "wagmi";
import { readClient, type Deployment } from "../config.ts";
import { revenueSplitterAbi } from "../generated/revenueSplitter.ts";
import type { Claimable } from "../revenue/calls.ts";
import { chainKey } from "./keys.ts";

/**
 * What the splitter itself says that a holder may claim, one amount for each pot.
 *
 * @param block after which one, to compare with the events read so far; null for now
 */
export function claimableQuery(
  config: Config,
  { chainId, contracts }: Deployment,
  holder: Address,
  pots: readonly Claimable[],
  block: bigint | null,
) {
  const names = pots.map(({ model, token }) => `${model} ${token}`);
  return queryOptions({
    queryKey: chainKey(chainId, "claimable", holder, String(block), ...names),
    queryFn: (): Promise<bigint[]> => {
      const client = readClient(config, chainId);
      return Promise.all(
        pots.map(({ model, token }) =>
          client.readContract({
            address: contracts.splitter,
            abi: revenueSplitterAbi,
            functionName: "claimable",
            args: [model, token, holder],
            ...(block === null ? {} : { blockNumber: block }),
          }),
        ),
      );
    },
    // What a block left behind does not change.
    staleTime: block === null ? 0 : Number.POSITIVE_INFINITY,
  });
}
