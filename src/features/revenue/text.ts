import type { Address } from "viem";
import { NATIVE } from "@/chain/indexer/state.ts";
import { formatAmount } from "../shared/chainText.ts";
import type { Market } from "../shared/market/useMarket.ts";

const ROUNDED_DIGITS = 6;

/** An amount as people read it, cut to six places, with the token's symbol. */
export function roundedText(market: Market, token: Address, amount: bigint): string {
  const { symbol, decimals } = market.tokenOf(token);
  return `${formatAmount(amount, decimals, ROUNDED_DIGITS)} ${symbol}`;
}

/** The same amount whole, in the token's smallest unit. */
export function unitsText(token: Address, amount: bigint): string {
  const unit = token === NATIVE ? "wei" : amount === 1n ? "smallest unit" : "smallest units";
  return `${amount.toLocaleString("en-GB")} ${unit}`;
}

/** A model's name by its number, also for one that the events do not tell of. */
export function modelText(market: Market, id: bigint): string {
  const model = market.state.models.get(id);
  return model === undefined ? `Model ${id}` : market.nameOf(model);
}
