import type { Address } from "viem";
import type { ContractKind } from "./contracts.ts";
import type { StatePatch } from "./patch.ts";

/** A deployment to follow. */
export interface FollowTarget {
  chainId: number;
  contracts: Partial<Record<ContractKind, Address>>;
  firstBlock: bigint;
}

export type FollowEvent =
  /** Changes since the last event; the first of a call is relative to the empty state. */
  | { type: "patch"; patch: StatePatch; block: bigint; head: bigint }
  | { type: "progress"; block: bigint; head: bigint }
  /** Reading stopped for now and is tried again by itself. */
  | { type: "problem"; code: string; message: string; hint: string };

/** What the page and the worker that follows chains say to each other. */
export interface ChainProtocol {
  /** Runs until it is aborted. */
  follow: {
    params: {
      target: FollowTarget;
      /** Where to ask: an address of JSON-RPC, or a port that speaks `BridgeProtocol`. */
      node: { url: string } | { port: MessagePort };
      pollMs: number;
    };
    event: FollowEvent;
    result: null;
  };
  /** Asks for new blocks at once, for example after a transaction. */
  poll: { params: Record<string, never>; event: never; result: null };
  /** Forgets what is kept of a deployment. */
  forget: { params: { target: FollowTarget }; event: never; result: null };
}

/** The worker's questions where only the page can ask: through a wallet. */
export interface BridgeProtocol {
  request: {
    params: { method: string; params: readonly unknown[] };
    event: never;
    result: unknown;
  };
}
