import { useState } from "react";
import type { ReactNode } from "react";
import type { FormDraft, FormField } from "@/chain/governance/forms/form.ts";
import { Select } from "@/ui/Select.tsx";
import { Switch } from "@/ui/Switch.tsx";
import { TextArea, TextField } from "@/ui/TextField.tsx";
import styles from "./govern.module.css";

/** The fields of a form. What is wrong with one is said once it was left, not while it is empty. */
export function FormFields({
  fields,
  draft,
  begun,
  problems,
  onType,
}: {
  fields: readonly FormField[];
  draft: FormDraft;
  /** What the form began with: nobody has typed that, so nothing is said against it yet. */
  begun: FormDraft;
  problems: Readonly<Record<string, string>>;
  onType: (key: string, value: string) => void;
}): ReactNode {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  return (
    <div className={styles.columns}>
      {fields.map((field) => {
        const { key, label, kind, hint, optional, numeric, options = [] } = field;
        const value = draft[key] ?? "";
        const isTyped = value !== "" && value !== begun[key];
        const shown = left.has(key) || isTyped || kind === "select";
        const common = {
          label,
          error: shown ? (problems[key] ?? null) : null,
          ...(hint === undefined ? {} : { hint }),
          ...(optional === undefined ? {} : { optional }),
        };
        const leave = (): void => setLeft(new Set([...left, key]));
        const change = (next: string): void => onType(key, next);
        if (kind === "switch") {
          return (
            <div key={key} className={styles.wide}>
              <Switch
                label={label}
                checked={value === "yes"}
                onChange={(on) => change(on ? "yes" : "no")}
              />
            </div>
          );
        }
        if (kind === "select") {
          return <Select key={key} {...common} value={value} options={options} onChange={change} />;
        }
        if (kind === "area") {
          return (
            <div key={key} className={styles.wide}>
              <TextArea {...common} value={value} rows={4} onBlur={leave} onChange={change} />
            </div>
          );
        }
        return (
          <TextField
            key={key}
            {...common}
            value={value}
            spellCheck={false}
            autoComplete="off"
            {...(numeric === true ? { inputMode: "decimal" as const } : {})}
            onBlur={leave}
            onChange={change}
          />
        );
      })}
    </div>
  );
}
