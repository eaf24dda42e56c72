import { create } from "zustand";
import type { Address } from "viem";
import { isAbort } from "@/lib/errors.ts";
import { connect, type Client } from "@/rpc/connect.ts";
import { serve } from "@/rpc/serve.ts";
import { applyPatch } from "../indexer/patch.ts";
import type {
  BridgeProtocol,
  ChainProtocol,
  FollowEvent,
  FollowTarget,
} from "../indexer/protocol.ts";
import { emptyState, type ChainState } from "../indexer/state.ts";

/** What the page knows of a chain's events. */
export interface ChainFeed {
  /** Which deployment; null before the first. */
  target: FollowTarget | null;
  state: ChainState;
  /** Last block that was read, and the chain's last; null until known. */
  block: bigint | null;
  head: bigint | null;
  /** Why reading stands still; it goes on by itself. */
  problem: { code: string; message: string; hint: string } | null;
}

export interface FollowSource extends FollowTarget {
  contracts: Record<string, Address>;
  /** Null where only the connected wallet can be asked. */
  rpcUrl: string | null;
  /** Asks through the wallet. */
  request: (method: string, params: readonly unknown[]) => Promise<unknown>;
}

const LOCAL_POLL_MS = 1_000;
const PUBLIC_POLL_MS = 6_000;

const idle = (): ChainFeed => ({
  target: null,
  state: emptyState({}),
  block: null,
  head: null,
  problem: null,
});

/** The events of the chain that is followed now; `ready` once they are read to its head. */
export const useChainFeed = create<ChainFeed>()(idle);

/** Whether everything up to the chain's last known block is in the state. */
export function isReady({ block, head }: Pick<ChainFeed, "block" | "head">): boolean {
  return block !== null && head !== null && block >= head;
}

/** The block up to which this state tells everything; null when it is not the newest one. */
export function blockOf(state: ChainState): bigint | null {
  const feed = useChainFeed.getState();
  return feed.state === state ? feed.block : null;
}

let client: Client<ChainProtocol> | null = null;
let running: { key: string; abort: AbortController } | null = null;

function chainClient(): Client<ChainProtocol> {
  if (client === null || client.closed) {
    client = connect<ChainProtocol>(
      new Worker(new URL("../../../workers/chain.worker.ts", import.meta.url), {
        type: "module",
        name: "signet-chain",
      }),
    );
  }
  return client;
}

/** Follows a deployment from now on, in place of the one before. The same one again changes nothing. */
export function follow(source: FollowSource): void {
  const { chainId, firstBlock, contracts, rpcUrl } = source;
  const key = [chainId, firstBlock, rpcUrl, ...Object.values(contracts)].join(" ");
  if (running?.key === key && client?.closed === false) return;
  running?.abort.abort();
  const abort = new AbortController();
  running = { key, abort };
  const target = { chainId, firstBlock, contracts };
  useChainFeed.setState({ ...idle(), target, state: emptyState(contracts) });
  const { node, transfer } = nodeOf(source, abort.signal);
  const pollMs = rpcUrl === null ? PUBLIC_POLL_MS : LOCAL_POLL_MS;
  chainClient()
    .call(
      "follow",
      { target, node, pollMs },
      { signal: abort.signal, transfer, onEvent: (event) => take(event, abort.signal) },
    )
    .catch((error: unknown) => {
      if (isAbort(error) || abort.signal.aborted) return;
      running = null;
      useChainFeed.setState({
        problem: {
          code: "WORKER_CRASHED",
          message: "Reading the chain ended unexpectedly.",
          hint: "Open this screen again, or reload the page.",
        },
      });
    });
}

/** Asks for new blocks now, for example after a transaction. */
export function pollChain(): void {
  if (client !== null && !client.closed) client.call("poll", {}).catch(() => undefined);
}

function nodeOf(
  { rpcUrl, request }: FollowSource,
  signal: AbortSignal,
): { node: ChainProtocol["follow"]["params"]["node"]; transfer: Transferable[] } {
  if (rpcUrl !== null) return { node: { url: rpcUrl }, transfer: [] };
  const { port1, port2 } = new MessageChannel();
  const stop = serve<BridgeProtocol>(
    { request: ({ method, params }) => request(method, params) },
    port1,
  );
  signal.addEventListener("abort", () => {
    stop();
    port1.close();
  });
  return { node: { port: port2 }, transfer: [port2] };
}

function take(event: FollowEvent, signal: AbortSignal): void {
  if (signal.aborted) return;
  if (event.type === "problem") {
    const { code, message, hint } = event;
    useChainFeed.setState({ problem: { code, message, hint } });
    return;
  }
  const { block, head } = event;
  useChainFeed.setState((feed) => ({
    block,
    head,
    problem: null,
    state: event.type === "patch" ? applyPatch(feed.state, event.patch) : feed.state,
  }));
}
