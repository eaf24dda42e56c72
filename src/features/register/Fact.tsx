import type { ReactNode } from "react";
import { CopyButton } from "@/ui/CopyButton.tsx";
import styles from "./register.module.css";

/** A hash or an address with its name, in a list of them. */
export function Fact({
  name,
  value,
  of = "",
}: {
  name: string;
  value: string;
  /** Whose it is, where one page has several. */
  of?: string;
}): ReactNode {
  return (
    <li>
      <span className={styles.factName}>{name}</span>
      <code className={styles.hash}>{value}</code>
      <CopyButton text={value} label={`Copy ${name.toLowerCase()}${of}`} />
    </li>
  );
}
