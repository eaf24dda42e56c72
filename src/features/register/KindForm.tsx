import type { ReactNode } from "react";
import type { KindValue, Reading } from "@/chain/registration/readDraft.ts";
import type { KindDraft } from "@/rpc/registration.ts";
import { Switch } from "@/ui/Switch.tsx";
import { TextArea, TextField } from "@/ui/TextField.tsx";
import styles from "./register.module.css";
import { TextHash } from "./TextHash.tsx";
import type { Coin } from "./useCoins.ts";

/** The terms and prices of one kind of licence. */
export function KindForm({
  number,
  kind,
  reading,
  coins,
  onChange,
}: {
  number: number;
  kind: KindDraft;
  reading: Reading<KindValue>;
  coins: readonly Coin[];
  onChange: (kind: KindDraft) => void;
}): ReactNode {
  const problems = reading.ok ? {} : reading.problems;
  const set = (patch: Partial<KindDraft>): void => onChange({ ...kind, ...patch });
  const field = (
    key: "label" | "days" | "quota" | "refundDays" | "hostPercent" | "resalePercent",
    label: string,
    hint = "",
  ): ReactNode => (
    <TextField
      label={label}
      hint={hint}
      error={problems[key] ?? null}
      value={kind[key]}
      onChange={(value) => set({ [key]: value })}
    />
  );
  return (
    <div className={styles.stack}>
      <div className={styles.columns}>
        {field("label", "Short name")}
        {field("days", "Days it lasts", "Empty for ever.")}
        {field("quota", "Calls included", "Empty for no limit.")}
        {field("refundDays", "Days to return it unused", "30 at most.")}
        {field("hostPercent", "Host's share of use, in percent", "90 at most.")}
        {field("resalePercent", "Share of a resale, in percent", "10 at most.")}
      </div>
      <Switch
        label="May be passed on to another holder"
        checked={kind.transferable}
        onChange={(transferable) => set({ transferable })}
      />
      <TextArea
        label="Licence text"
        error={problems["text"] ?? null}
        value={kind.text}
        rows={5}
        onChange={(text) => set({ text })}
      />
      <TextHash text={kind.text} fileName={`licence-${number}.txt`} />
      <div className={styles.columns}>
        {coins.map(({ token, symbol }) => (
          <TextField
            key={token}
            label={`Price in ${symbol}`}
            optional
            hint="Empty: not sold for it. 0: free."
            error={problems[`price-${token}`] ?? null}
            value={priceOf(kind, token)}
            inputMode="decimal"
            onChange={(amount) => set({ prices: withPrice(kind, token, amount) })}
          />
        ))}
      </div>
      {problems["prices"] !== undefined && (
        <p className={styles.problem} role="alert">
          {problems["prices"]}
        </p>
      )}
    </div>
  );
}

function priceOf({ prices }: KindDraft, token: string): string {
  return prices.find((price) => price.token === token)?.amount ?? "";
}

function withPrice({ prices }: KindDraft, token: string, amount: string): KindDraft["prices"] {
  return [...prices.filter((price) => price.token !== token), { token, amount }];
}
