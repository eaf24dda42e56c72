import { Link } from "@tanstack/react-router";
import { SearchX, Store } from "lucide-react";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import { isOnSale, modelRows, type ModelRow } from "@/chain/indexer/select/models.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { shortHex } from "../shared/chainText.ts";
import { copy } from "./copy.ts";
import { dateText } from "../shared/market/describe.ts";
import { FilterBar } from "./FilterBar.tsx";
import { clearFilters, listed, useFilters } from "./filters.ts";
import styles from "./market.module.css";
import { SyncNotice } from "../shared/market/SyncNotice.tsx";
import { useMarket, type Market as MarketData } from "../shared/market/useMarket.ts";

const PAGE = 48;

export function Market(): ReactNode {
  const market = useMarket();
  const filters = useFilters();
  const [shown, setShown] = useState(PAGE);
  const rows = useMemo(() => modelRows(market.state), [market.state]);
  const found = useMemo(
    () => listed(rows, filters, ({ model }) => market.nameOf(model), market.account),
    [rows, filters, market],
  );
  const labels = useMemo(
    () => [...new Set(rows.flatMap(({ offers }) => offers.map(({ label }) => label)))].sort(),
    [rows],
  );
  return (
    <Screen title={copy.title} lead={copy.lead}>
      <SyncNotice market={market} />
      {rows.length > 0 && <FilterBar labels={labels} hasAccount={market.account !== undefined} />}
      {rows.length > 0 && (
        <p role="status" className={styles.soft} data-testid="market-count">
          {found.length} of {rows.length} models
        </p>
      )}
      {rows.length === 0 && market.ready && (
        <EmptyState icon={<Store aria-hidden />} title={copy.none.title}>
          {copy.none.text}
        </EmptyState>
      )}
      {rows.length > 0 && found.length === 0 && (
        <EmptyState
          icon={<SearchX aria-hidden />}
          title={copy.noMatch.title}
          action={<Button onClick={clearFilters}>Clear filters</Button>}
        >
          {copy.noMatch.text}
        </EmptyState>
      )}
      <ul className={styles.grid} data-testid="market-list">
        {found.slice(0, shown).map((row) => (
          <ModelTile key={String(row.model.id)} row={row} market={market} />
        ))}
      </ul>
      {found.length > shown && (
        <Button onClick={() => setShown(shown + PAGE)}>
          Show {Math.min(PAGE, found.length - shown)} more
        </Button>
      )}
    </Screen>
  );
}

function ModelTile({ row, market }: { row: ModelRow; market: MarketData }): ReactNode {
  const { model, released, offers, licences, children } = row;
  const onSale = offers.filter(isOnSale);
  return (
    <li className={styles.tile}>
      <div className={styles.tileHead}>
        <h2>
          <Link to="/market/$model" params={{ model: String(model.id) }}>
            {market.nameOf(model)}
          </Link>
        </h2>
        <span className={styles.soft}>#{String(model.id)}</span>
      </div>
      <div className={styles.badges}>
        {released === null ? (
          <Badge tone="warn">not released</Badge>
        ) : (
          <Badge tone="good">released</Badge>
        )}
        {model.terms?.derivatives === true && (
          <Badge>{model.terms.approval ? "derivatives by approval" : "derivatives allowed"}</Badge>
        )}
        {model.governor !== null && <Badge tone="accent">DAO</Badge>}
        {model.owner === market.account && <Badge tone="accent">yours</Badge>}
      </div>
      {onSale.length === 0 ? (
        <p className={styles.soft}>Nothing on sale.</p>
      ) : (
        <ul className={styles.prices}>
          {onSale.slice(0, 3).map(({ kind, label, prices }) => (
            <li key={kind}>
              <span>{label}</span>
              <strong>{priceText(market, prices[0])}</strong>
            </li>
          ))}
        </ul>
      )}
      <p className={styles.tileFoot}>
        by <code title={model.owner}>{shortHex(model.owner)}</code>, {licences}{" "}
        {licences === 1 ? "licence" : "licences"} sold, {children}{" "}
        {children === 1 ? "derivative" : "derivatives"}, since{" "}
        {dateText(model.registered.timeSeconds)}
      </p>
    </li>
  );
}

export function priceText(
  market: MarketData,
  { token, price }: { token: `0x${string}`; price: bigint },
): string {
  return price === 0n ? "free" : market.amountOf(token, price);
}
