import { queryOptions } from "@tanstack/react-query";
import { erc20Abi } from "viem";
import type { Address, Hash } from "viem";
import type { Config } from "wagmi";
import { readClient } from "../config.ts";
import type { Deployment } from "../config.ts";
import { NATIVE } from "../indexer/state.ts";
import { readReceipt, type ReceiptSource } from "../licences/readReceipt.ts";
import { chainKey } from "./keys.ts";

/** What a transaction bought, renewed or returned; asked again until it is in a block. */
export function receiptQuery(
  config: Config,
  { chain, chainId, contracts, firstBlock }: Deployment,
  hash: Hash,
  words: Pick<ReceiptSource, "nameOf" | "linkOf" | "boughtIn">,
) {
  const { registry, licences, splitter } = contracts;
  return queryOptions({
    queryKey: chainKey(chainId, "receipt", hash.toLowerCase()),
    queryFn: () => {
      const client = readClient(config, chainId);
      const coinOf = async (token: Address) => {
        if (token === NATIVE) return chain.nativeCurrency;
        const contract = { address: token, abi: erc20Abi } as const;
        const [symbol, decimals] = await Promise.all([
          client.readContract({ ...contract, functionName: "symbol" }),
          client.readContract({ ...contract, functionName: "decimals" }),
        ]);
        return { symbol: symbol.slice(0, 12), decimals };
      };
      return readReceipt(
        {
          client,
          chain: { id: chainId, name: chain.name },
          contracts: { registry, licences, splitter },
          firstBlock,
          coinOf,
          ...words,
        },
        hash,
      );
    },
    retry: 1,
    refetchInterval: ({ state }) =>
      state.data?.state === "unknown" || state.data?.state === "pending" ? 3_000 : false,
  });
}
