import { queryOptions } from "@tanstack/react-query";
import type { Config } from "wagmi";
import { readClient } from "../config.ts";
import type { Deployment } from "../config.ts";
import { chainKey } from "./keys.ts";

/**
 * Unix seconds of the chain's latest block: the time by which its contracts decide, which is not that of
 * this computer.
 */
export function chainClock(config: Config, { chainId, rpcUrl }: Deployment) {
  return queryOptions({
    queryKey: chainKey(chainId, "clock"),
    queryFn: async (): Promise<bigint> =>
      (await readClient(config, chainId).getBlock({ blockTag: "latest" })).timestamp,
    refetchInterval: rpcUrl === null ? 12_000 : 2_000,
  });
}
