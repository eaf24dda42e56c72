import { queryOptions } from "@tanstack/react-query";
import { erc20Abi } from "viem";
import type { Address } from "viem";
import type { Config } from "wagmi";
import { readClient } from "../config.ts";
import { chainKey } from "./keys.ts";

export interface TokenInfo {
  token: Address;
  /** As the contract says it: untrusted text. */
  symbol: string;
  decimals: number;
}

/** How amounts of a deployment's tokens are written; asked once, since it never changes. */
export function tokenInfos(config: Config, chainId: number, tokens: readonly Address[]) {
  return queryOptions({
    queryKey: chainKey(chainId, "tokenInfo", ...tokens),
    queryFn: (): Promise<TokenInfo[]> => {
      const client = readClient(config, chainId);
      return Promise.all(
        tokens.map(async (token) => {
          const contract = { address: token, abi: erc20Abi } as const;
          const [symbol, decimals] = await Promise.all([
            client.readContract({ ...contract, functionName: "symbol" }),
            client.readContract({ ...contract, functionName: "decimals" }),
          ]);
          return { token, symbol: symbol.slice(0, 12), decimals };
        }),
      );
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
