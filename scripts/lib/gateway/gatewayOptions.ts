import type { CachedReader } from "@/permission/cachedReader.ts";
import type { Signer } from "@/permission/receipt.ts";
import type { ChannelState, HostTerms } from "@/permission/terms.ts";
import type { BoundedSet } from "./boundedSet.ts";
import type { Desk } from "./desk.ts";
import type { Store } from "./store.ts";

/** What the proxy works with. */
export interface GatewayOptions {
  readonly terms: HostTerms;
  /** Base URL of the OpenAI-compatible server, such as http://127.0.0.1:8000/v1. */
  readonly upstream: string;
  /** Name of the model there; null passes the caller's on. */
  readonly upstreamModel: string | null;
  /** Sent to the server behind, such as its API key. */
  readonly upstreamHeaders: Record<string, string>;
  readonly desk: Desk;
  readonly store: Store;
  readonly reader: CachedReader;
  readonly hostKey: Signer;
  /** Permission strings whose signature was found right. */
  readonly verified: BoundedSet;
  readonly maxBodyBytes: number;
  readonly maxAnswerBytes: number;
  readonly bodyTimeoutMs: number;
  readonly upstreamTimeoutMs: number;
  /** Origin of pages that may call from a browser; null for none. */
  readonly allowOrigin: string | null;
  readonly nowSeconds: () => number;
  readonly health: () => Record<string, unknown>;
  readonly log: (line: string) => void;
}

/** What is known of the caller when a refusal is written. */
export interface Known {
  state: ChannelState | null;
}

/** The domain that everything is signed for. */
export function domainOf({ chainId, channel }: HostTerms) {
  return { chainId, verifyingContract: channel };
}
