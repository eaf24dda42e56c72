import type { Address } from "viem";
import { create } from "zustand";
import { isOnSale, type ModelRow } from "@/chain/indexer/select/models.ts";
import { NATIVE } from "@/chain/indexer/state.ts";

export type Order = "newest" | "oldest" | "cheapest" | "popular" | "name";

export interface Filters {
  search: string;
  order: Order;
  price: "any" | "free" | "paid" | "coin" | "token";
  /** Label of a licence kind; empty for any. */
  kind: string;
  released: boolean;
  derivatives: boolean;
  mine: boolean;
}

const NONE: Filters = {
  search: "",
  order: "newest",
  price: "any",
  kind: "",
  released: false,
  derivatives: false,
  mine: false,
};

/** Kept outside the screen, so that coming back from a model's page changes nothing. */
export const useFilters = create<Filters>()(() => NONE);

export function clearFilters(): void {
  useFilters.setState(NONE, true);
}

/** Least price in the chain's coin at which any licence is on sale; null when there is none. */
export function leastCoinPrice(row: ModelRow): bigint | null {
  const prices = row.offers
    .filter(isOnSale)
    .flatMap(({ prices: all }) => all.filter(({ token }) => token === NATIVE))
    .map(({ price }) => price);
  return prices.length === 0 ? null : prices.reduce((a, b) => (a < b ? a : b));
}

function fitsPrice(row: ModelRow, wanted: Filters["price"]): boolean {
  const prices = row.offers.filter(isOnSale).flatMap(({ prices: all }) => all);
  if (wanted === "any") return true;
  if (wanted === "free") return prices.some(({ price }) => price === 0n);
  if (wanted === "paid") return prices.some(({ price }) => price > 0n);
  return prices.some(({ token }) => (token === NATIVE) === (wanted === "coin"));
}

/** Whether each word of the search stands in the model's name, number, owner, address or labels. */
function fitsSearch(row: ModelRow, name: string, search: string): boolean {
  const { id, owner, uri } = row.model;
  const labels = row.offers.map(({ label }) => label);
  const text = [name, `#${id}`, owner, uri, ...labels].join(" ").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The models to list, in order. */
export function listed(
  rows: readonly ModelRow[],
  filters: Filters,
  nameOf: (row: ModelRow) => string,
  account: Address | undefined,
): ModelRow[] {
  return rows
    .filter(
      (row) =>
        fitsSearch(row, nameOf(row), filters.search.trim()) &&
        fitsPrice(row, filters.price) &&
        (filters.kind === "" || row.offers.some(({ label }) => label === filters.kind)) &&
        (!filters.released || row.released !== null) &&
        (!filters.derivatives || row.model.terms?.derivatives === true) &&
        (!filters.mine || (account !== undefined && row.model.owner === account)),
    )
    .toSorted((a, b) => compare(a, b, filters.order, nameOf) || Number(b.model.id - a.model.id));
}

function compare(
  a: ModelRow,
  b: ModelRow,
  order: Order,
  nameOf: (row: ModelRow) => string,
): number {
  if (order === "newest") return Number(b.model.id - a.model.id);
  if (order === "oldest") return Number(a.model.id - b.model.id);
  if (order === "popular") return b.licences - a.licences;
  if (order === "name") return nameOf(a).localeCompare(nameOf(b), "en");
  const [left, right] = [leastCoinPrice(a), leastCoinPrice(b)];
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return left < right ? -1 : Number(left > right);
}
