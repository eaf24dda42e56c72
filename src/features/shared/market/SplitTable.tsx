import type { ReactNode } from "react";
import type { Address } from "viem";
import { splitOf } from "@/chain/indexer/select/split.ts";
import { percentText } from "./describe.ts";
import styles from "./splitTable.module.css";
import type { Market } from "./useMarket.ts";

/** Who gets what of a payment that is made now, by the splitter's own arithmetic. */
export function SplitTable({
  model,
  market,
  token,
  price,
}: {
  model: bigint;
  market: Market;
  token: Address;
  price: bigint;
}): ReactNode {
  const split = splitOf(market.state, model, token, price);
  const nameOf = (id: bigint): string => {
    const found = market.state.models.get(id);
    return found === undefined ? `Model ${id}` : market.nameOf(found);
  };
  return (
    <table className={styles.split} data-testid="split">
      <caption className="visually-hidden">
        Who gets what of the price. Worked out with the splitter&apos;s own arithmetic from what was
        paid so far.
      </caption>
      <thead>
        <tr>
          <th scope="col">To holders of</th>
          <th scope="col">Share</th>
          <th scope="col">Amount</th>
        </tr>
      </thead>
      <tbody>
        {split.parts.map(({ model: id, ppm, amount }) => (
          <tr key={String(id)} data-amount={String(amount)}>
            <td className={styles.name}>{nameOf(id)}</td>
            <td>{percentText(ppm)}</td>
            <td>{market.amountOf(token, amount)}</td>
          </tr>
        ))}
        {split.waiting !== 0n && (
          <tr>
            <td>Waits as fractions</td>
            <td />
            <td>{String(split.waiting)} smallest units</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
