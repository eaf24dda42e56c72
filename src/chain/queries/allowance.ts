import { queryOptions } from "@tanstack/react-query";
import { erc20Abi } from "viem";
import type { Address } from "viem";
import type { Config } from "wagmi";
import { readClient } from "../config.ts";
import { chainKey } from "./keys.ts";

/** What `spender` may take of the owner's ERC-20, in the token's smallest unit. */
export function allowanceQuery(
  config: Config,
  chainId: number,
  token: Address,
  owner: Address,
  spender: Address,
) {
  return queryOptions({
    queryKey: chainKey(chainId, "allowance", token, owner, spender),
    queryFn: () =>
      readClient(config, chainId).readContract({
        address: token,
        abi: erc20Abi,
        functionName: "allowance",
        args: [owner, spender],
      }),
    refetchInterval: 6_000,
  });
}
