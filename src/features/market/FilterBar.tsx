import type { ReactNode } from "react";
import { Select } from "@/ui/Select.tsx";
import { Switch } from "@/ui/Switch.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { useFilters, type Filters, type Order } from "./filters.ts";
import styles from "./market.module.css";

const ORDERS: readonly { value: Order; label: string }[] = [
  { value: "newest", label: "Newest first" },
  { value: "oldest", label: "Oldest first" },
  { value: "cheapest", label: "Cheapest first" },
  { value: "popular", label: "Most licences first" },
  { value: "name", label: "By name" },
];
const PRICES: readonly { value: Filters["price"]; label: string }[] = [
  { value: "any", label: "Any price" },
  { value: "free", label: "Free" },
  { value: "paid", label: "Paid" },
  { value: "coin", label: "Sold for the coin" },
  { value: "token", label: "Sold for a token" },
];

export function FilterBar({
  labels,
  hasAccount,
}: {
  labels: readonly string[];
  hasAccount: boolean;
}): ReactNode {
  const filters = useFilters();
  const set = (change: Partial<Filters>): void => useFilters.setState(change);
  return (
    <search className={styles.filters} aria-label="Models">
      <TextField
        label="Search"
        type="search"
        placeholder="Name, number, owner, licence"
        value={filters.search}
        onChange={(search) => set({ search })}
      />
      <Select
        label="Licence"
        value={filters.kind}
        options={[
          { value: "", label: "Any licence" },
          ...labels.map((label) => ({ value: label, label })),
        ]}
        onChange={(kind) => set({ kind })}
      />
      <Select
        label="Price"
        value={filters.price}
        options={PRICES}
        onChange={(price) => set({ price })}
      />
      <Select
        label="Order"
        value={filters.order}
        options={ORDERS}
        onChange={(order) => set({ order })}
      />
      <div className={styles.switches}>
        <Switch
          label="Released"
          checked={filters.released}
          onChange={(released) => set({ released })}
        />
        <Switch
          label="Derivatives allowed"
          checked={filters.derivatives}
          onChange={(derivatives) => set({ derivatives })}
        />
        <Switch
          label="Owned by me"
          checked={filters.mine}
          disabled={!hasAccount}
          onChange={(mine) => set({ mine })}
        />
      </div>
    </search>
  );
}
