import { useQuery } from "@tanstack/react-query";
import type { Hash } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { receiptQuery } from "@/chain/queries/receipt.ts";
import { explorerLink } from "../shared/chainText.ts";
import { nameFromUri } from "../shared/market/describe.ts";
import type { Market } from "../shared/market/useMarket.ts";

/** The receipt of a transaction, read from the chain. */
export function useReceipt(hash: Hash, market: Market) {
  const { config, deployment } = useChain();
  const names = new Map(deployment.models.map(({ id, name }) => [BigInt(id), name]));
  return useQuery(
    receiptQuery(config, deployment, hash, {
      nameOf: (id, uri) => names.get(id) ?? nameFromUri(uri, id),
      linkOf: (what, id) => explorerLink(deployment.chain, what, id),
      boughtIn: (licence) => market.state.licences.get(licence)?.bought.transaction ?? null,
    }),
  );
}
