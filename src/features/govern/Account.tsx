import type { ReactNode } from "react";
import type { Address } from "viem";
import { Badge } from "@/ui/Badge.tsx";
import { Hex } from "../shared/market/ChainText.tsx";
import styles from "./govern.module.css";
import type { Govern } from "./useGovern.ts";

/** An account by its address, and by its name where the demo market gave it one. */
export function Account({
  account,
  govern,
}: {
  account: Address;
  govern: Pick<Govern, "market" | "personOf">;
}): ReactNode {
  const person = govern.personOf(account);
  return (
    <span className={styles.account}>
      {person !== null && <span>{person}</span>}
      <Hex value={account} label={`address ${account}`} />
      {account === govern.market.account && <Badge tone="accent">you</Badge>}
    </span>
  );
}
