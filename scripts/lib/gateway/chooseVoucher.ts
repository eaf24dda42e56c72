import type { CallRow } from "./store.ts";

/**
 * The voucher to settle. In the ordinary course the last whose sum is owed already, so that nothing is
 * taken before it is earned; for the last time the best, since a receipt is covered only when its call
 * was settled. Null when no voucher would bring anything.
 *
 * @param rows calls that are not settled, in the order of their answers
 * @param owed sum of what was delivered in this opening
 */
export function chooseVoucher(
  rows: readonly CallRow[],
  owed: bigint,
  settled: { readonly calls: bigint; readonly amount: bigint },
  isLast: boolean,
): CallRow | null {
  const useful = rows.filter(
    ({ voucher: { cumulativeCalls: calls, cumulativeAmount: amount } }) =>
      calls >= settled.calls &&
      amount >= settled.amount &&
      (calls > settled.calls || amount > settled.amount),
  );
  const sorted = useful.toSorted((a, b) =>
    a.voucher.cumulativeCalls < b.voucher.cumulativeCalls ? -1 : 1,
  );
  if (isLast) return sorted.at(-1) ?? null;
  return sorted.findLast(({ voucher }) => voucher.cumulativeAmount <= owed) ?? null;
}
