import type { ReactNode } from "react";
import type { Model } from "@/chain/indexer/state.ts";
import type { Market } from "../shared/market/useMarket.ts";

/** Where whoever decides about a model begins a further epoch of it. */
export function FingerprintAgain({ model, market }: { model: Model; market: Market }): ReactNode {
  if (model.timelock !== null && model.owner === model.timelock) {
    return <a href={`#/govern/${model.id}?propose=epoch`}>Propose a further epoch</a>;
  }
  return model.owner === market.account ? (
    <a href="#/register">Fingerprint this model again</a>
  ) : null;
}
