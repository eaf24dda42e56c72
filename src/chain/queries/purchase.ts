import { queryOptions } from "@tanstack/react-query";
import { erc20Abi } from "viem";
import type { Address } from "viem";
import type { Config } from "wagmi";
import { readClient } from "../config.ts";
import type { Deployment } from "../config.ts";
import { NATIVE } from "../indexer/state.ts";
import { readPermitTerms } from "../licences/readPermit.ts";
import type { Call } from "../transactions/send.ts";
import { chainKey } from "./keys.ts";

/** What an account needs to pay with a token. */
export interface MeansReading {
  /** In the token's smallest unit. */
  readonly balance: bigint;
  /** What the splitter may take of an ERC-20; 0 of the native coin. */
  readonly allowance: bigint;
}

/** Balance and allowance of an account for a payment in a token. */
export function meansQuery(
  config: Config,
  { chainId, contracts }: Deployment,
  token: Address,
  account: Address | undefined,
) {
  return queryOptions({
    queryKey: chainKey(chainId, "means", token, account ?? null),
    enabled: account !== undefined,
    queryFn: async (): Promise<MeansReading> => {
      if (account === undefined) throw new TypeError("nobody's means");
      const client = readClient(config, chainId);
      if (token === NATIVE) {
        const balance = await client.getBalance({ address: account });
        return { balance, allowance: 0n };
      }
      const contract = { address: token, abi: erc20Abi } as const;
      const spend = [account, contracts.splitter] as const;
      const [balance, allowance] = await Promise.all([
        client.readContract({ ...contract, functionName: "balanceOf", args: [account] }),
        client.readContract({ ...contract, functionName: "allowance", args: spend }),
      ]);
      return { balance, allowance };
    },
    refetchInterval: 10_000,
  });
}

/** Whether a signed permit can stand in for an allowance of a token; asked once. */
export function permitQuery(
  config: Config,
  chainId: number,
  token: Address,
  account: Address | undefined,
) {
  return queryOptions({
    queryKey: chainKey(chainId, "permit", token, account ?? null),
    enabled: account !== undefined,
    queryFn: async (): Promise<boolean> => {
      if (account === undefined || token === NATIVE) return false;
      return (await readPermitTerms(readClient(config, chainId), chainId, token, account)) !== null;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What the network would charge for a call, in wei; null when the chain refuses it now. */
export function feeQuery(config: Config, chainId: number, account: Address, call: Call) {
  return queryOptions({
    queryKey: chainKey(chainId, "fee", account, call.to, call.data, String(call.value)),
    queryFn: async (): Promise<bigint | null> => {
      const client = readClient(config, chainId);
      const { maxFeePerGas } = await client.estimateFeesPerGas();
      try {
        return (await client.estimateGas({ account, ...call })) * maxFeePerGas;
      } catch {
        return null;
      }
    },
    retry: false,
  });
}
