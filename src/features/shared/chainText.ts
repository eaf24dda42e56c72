import { formatUnits } from "viem";
import type { Chain } from "viem";
import type { Transaction } from "@/chain/transactions/transaction.ts";

/** `0x1234…abcd`, for places where the whole address does not fit; offer the whole beside it. */
export function shortHex(hex: string): string {
  return hex.length <= 13 ? hex : `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}

/** An amount with at most `digits` places, cut and not rounded up: nobody has more than is shown. */
export function formatAmount(amount: bigint, decimals: number, digits = 6): string {
  const [whole, fraction = ""] = formatUnits(amount, decimals).split(".");
  const cut = fraction.slice(0, digits).replace(/0+$/, "");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  if (cut !== "") return `${grouped}.${cut}`;
  return amount > 0n && /^0$/.test(whole) ? `< 0.${"0".repeat(digits - 1)}1` : grouped;
}

/** The explorer's page of a transaction; null where the network has none that is known. */
export function explorerLink(
  { blockExplorers }: Chain,
  what: "tx" | "address",
  id: string,
): string | null {
  const url = blockExplorers?.default.url;
  return url?.startsWith("https://") === true ? `${url.replace(/\/$/, "")}/${what}/${id}` : null;
}

/** Where a transaction stands, in a few words. */
export function stepText(tx: Transaction): string {
  switch (tx.step) {
    case "wallet":
      return "Confirm in your wallet";
    case "submitted":
      return tx.spedUp ? "Sent again with a higher fee" : "Sent, waiting for a block";
    case "confirming":
      return `Confirming ${tx.confirmations}/${tx.confirmationsNeeded}`;
    case "confirmed":
      return "Confirmed";
    case "reverted":
      return "Reverted";
    case "replaced":
      return "Replaced by another transaction";
    case "cancelled":
      return "Cancelled in the wallet";
    default:
      return "Not known at present";
  }
}
