import { queryOptions } from "@tanstack/react-query";
import { erc20Abi } from "viem";
import type { Address } from "viem";
import type { Config } from "wagmi";
import { readClient } from "../config.ts";
import { chainKey } from "./keys.ts";

/** The native coin of an account, in wei. */
export function coinBalance(config: Config, chainId: number, account: Address) {
  return queryOptions({
    queryKey: chainKey(chainId, "balance", account),
    queryFn: () => readClient(config, chainId).getBalance({ address: account }),
    refetchInterval: 15_000,
  });
}

export interface TokenBalance {
  token: Address;
  /** As the contract says it: untrusted text. */
  symbol: string;
  decimals: number;
  balance: bigint;
}

/** What an account has of an ERC-20, in the token's smallest unit. */
export function tokenBalance(config: Config, chainId: number, token: Address, account: Address) {
  return queryOptions({
    queryKey: chainKey(chainId, "token", token, account),
    queryFn: async (): Promise<TokenBalance> => {
      const client = readClient(config, chainId);
      const contract = { address: token, abi: erc20Abi } as const;
      const [symbol, decimals, balance] = await Promise.all([
        client.readContract({ ...contract, functionName: "symbol" }),
        client.readContract({ ...contract, functionName: "decimals" }),
        client.readContract({ ...contract, functionName: "balanceOf", args: [account] }),
      ]);
      return { token, symbol, decimals, balance };
    },
    refetchInterval: 15_000,
  });
}
