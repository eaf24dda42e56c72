import type { ReactNode } from "react";
import type { Address } from "viem";
import type { Market } from "../shared/market/useMarket.ts";
import styles from "./revenue.module.css";
import { roundedText, unitsText } from "./text.ts";

/** An amount twice: for people, and to the smallest unit. */
export function Amount({
  market,
  token,
  amount,
  testId,
}: {
  market: Market;
  token: Address;
  amount: bigint;
  testId?: string;
}): ReactNode {
  return (
    <span className={styles.amount} data-testid={testId} data-amount={String(amount)}>
      <strong>{roundedText(market, token, amount)}</strong>
      <small>{unitsText(token, amount)}</small>
    </span>
  );
}
