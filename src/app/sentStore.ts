import { create } from "zustand";
import { onSent } from "@/lib/sentBytes.ts";

/** Bytes sent to each host since this page was opened. */
export const useSent = create<{ byHost: ReadonlyMap<string, number> }>(() => ({
  byHost: new Map(),
}));

/** Counts from now on, for as long as the page is open. */
export function countSent(): void {
  onSent(({ host, sizeBytes }) => {
    useSent.setState(({ byHost }) => ({
      byHost: new Map(byHost).set(host, (byHost.get(host) ?? 0) + sizeBytes),
    }));
  });
}
