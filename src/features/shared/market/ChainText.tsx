import type { ReactNode } from "react";
import { shortHex } from "../chainText.ts";
import { CopyButton } from "@/ui/CopyButton.tsx";
import { linkOf } from "./linkOf.ts";
import styles from "./chainText.module.css";

/** Text that somebody wrote on the chain: as text, and as a link only where that is harmless. */
export function ChainUri({ uri }: { uri: string }): ReactNode {
  const link = linkOf(uri);
  if (uri === "") return <span className={styles.soft}>none given</span>;
  if (link === null) return <span className={styles.chainText}>{uri}</span>;
  return (
    <a className={styles.chainText} href={link} target="_blank" rel="noopener noreferrer nofollow">
      {uri}
    </a>
  );
}

/** A hash or address, shortened, with the whole one to read on hover and to copy. */
export function Hex({ value, label }: { value: string; label: string }): ReactNode {
  return (
    <span className={styles.hex}>
      <code title={value}>{shortHex(value)}</code>
      <CopyButton text={value} label={`Copy ${label}`} />
    </span>
  );
}
