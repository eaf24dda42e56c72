import { formatDuration } from "@/lib/format.ts";
import type { KindTerms } from "@/chain/indexer/state.ts";

const FOR_EVER = 2n ** 64n - 1n;

/** A name for a model: the last part of its address, else its number. Untrusted, for text only. */
export function nameFromUri(uri: string, id: bigint): string {
  const last = uri.split(/[/:#?]/).findLast((part) => part.trim() !== "");
  return last === undefined ? `Model ${id}` : last.slice(0, 80);
}

/** How long a licence lasts. */
export function durationText(seconds: bigint): string {
  return seconds === 0n ? "for ever" : daysText(Number(seconds));
}

/** Terms are set in days, so that is what they are told in. */
function daysText(seconds: number): string {
  const days = seconds / 86_400;
  if (!Number.isInteger(days)) return formatDuration(seconds * 1000);
  return days === 1 ? "1 day" : `${days.toLocaleString("en-GB")} days`;
}

export function quotaText(calls: bigint): string {
  if (calls === 0n || calls === FOR_EVER) return "no limit on calls";
  return `${calls.toLocaleString("en-GB")} calls`;
}

/** When something ends; "never" for what does not. */
export function expiryText(expires: bigint): string {
  if (expires === FOR_EVER) return "never expires";
  return dateText(expires);
}

/** @param seconds Unix */
export function dateText(seconds: bigint): string {
  return new Date(Number(seconds) * 1000).toLocaleString("en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
  });
}

/** Millionths as percent, exactly. */
export function percentText(ppm: bigint | number): string {
  const value = BigInt(ppm);
  const fraction = (value % 10_000n).toString().padStart(4, "0").replace(/0+$/, "");
  return `${value / 10_000n}${fraction === "" ? "" : `.${fraction}`} %`;
}

export function refundText({ refundWindow }: KindTerms): string {
  return refundWindow === 0 ? "no return" : `return unused within ${daysText(refundWindow)}`;
}
