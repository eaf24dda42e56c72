import { formatDuration } from "@/lib/format.ts";

/** `in 2 d 3 h`, `5 min ago` or `now`, by the chain's clock. Both in Unix seconds. */
export function momentText(at: bigint, now: bigint): string {
  if (at === now) return "now";
  const far = at > now ? at - now : now - at;
  // Seconds of a day away are noise, those of the next minutes are not.
  const text = formatDuration(Number(far) * 1000);
  return at > now ? `in ${text}` : `${text} ago`;
}
