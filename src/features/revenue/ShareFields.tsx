import type { ReactNode } from "react";
import { Select } from "@/ui/Select.tsx";
import { TextField } from "@/ui/TextField.tsx";
import type { ShareUnit } from "@/chain/revenue/shares.ts";
import styles from "./revenue.module.css";

export interface ShareDraft {
  address: string;
  amount: string;
  unit: ShareUnit;
}

export const NO_DRAFT: ShareDraft = { address: "", amount: "", unit: "shares" };

const UNITS = [
  { value: "shares", label: "shares" },
  { value: "percent", label: "% of today's shares" },
] as const;

/** Whose shares, and how many. */
export function ShareFields({
  draft,
  onChange,
  addressLabel,
  addressProblem,
  amountProblem,
  hint,
}: {
  draft: ShareDraft;
  onChange: (draft: ShareDraft) => void;
  addressLabel: string;
  addressProblem: string | null;
  amountProblem: string | null;
  hint: string;
}): ReactNode {
  return (
    <div className={styles.fields}>
      <TextField
        label={addressLabel}
        value={draft.address}
        error={draft.address === "" ? null : addressProblem}
        spellCheck={false}
        autoComplete="off"
        onChange={(address) => onChange({ ...draft, address })}
      />
      <TextField
        label="How many"
        hint={hint}
        value={draft.amount}
        error={draft.amount === "" ? null : amountProblem}
        inputMode="decimal"
        onChange={(amount) => onChange({ ...draft, amount })}
      />
      <Select
        label="Counted in"
        value={draft.unit}
        options={UNITS}
        onChange={(unit) => onChange({ ...draft, unit })}
      />
    </div>
  );
}
