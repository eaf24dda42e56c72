import { useSyncExternalStore } from "react";
import type { Feed } from "./feed.ts";

/** Renders again when the feed changes, at most ten times a second. Returns its version. */
export function useFeed(feed: Feed): number {
  return useSyncExternalStore(feed.subscribe, feed.getVersion);
}
