import type { PublicClient } from "viem";
import { lookAt } from "./look.ts";
import { ledgerKey, noteEvent, useLedger } from "./ledger.ts";
import { isFinal } from "./transaction.ts";
import type { Transaction } from "./transaction.ts";

export interface FollowOptions {
  client: PublicClient;
  /** Blocks that must stand on it, its own included. */
  confirmations: number;
  pollMs: number;
  /** How long the chain may not know it before it is called unknown. */
  silenceMs?: number;
  /** Least time between two questions about one that is unknown. */
  slowMs?: number;
}

const SILENCE_MS = 45_000;
const SLOW_MS = 10_000;

const NOT_KNOWN = {
  reason: "The chain does not know it at present.",
  hint: "It may still arrive. Look in the wallet; the studio goes on watching.",
} as const;
const NO_ANSWER = {
  reason: "The chain does not answer, so it is not known what became of it.",
  hint: "The studio goes on asking. Check the network.",
} as const;

/** Followed at present, with what they will settle to. */
const followed = new Map<string, Promise<Transaction | null>>();

/**
 * Watches a transaction until nothing can change any more; it never gives up by time alone. Called
 * twice, it watches once.
 *
 * @returns the transaction as it ended, or null when it was cleared meanwhile
 */
export function follow(tx: Transaction, options: FollowOptions): Promise<Transaction | null> {
  const running = followed.get(tx.id);
  if (running !== undefined) return running;
  const started = watch(tx, options).finally(() => followed.delete(tx.id));
  followed.set(tx.id, started);
  return started;
}

async function watch(tx: Transaction, options: FollowOptions): Promise<Transaction | null> {
  const { client, confirmations, pollMs, silenceMs = SILENCE_MS, slowMs = SLOW_MS } = options;
  let heardMs = Date.now();
  for (;;) {
    const current = find(tx);
    if (current === null || isFinal(current)) return current;
    let silence: typeof NOT_KNOWN | typeof NO_ANSWER = NOT_KNOWN;
    try {
      const event = await lookAt(client, current, confirmations);
      if (event !== null) {
        heardMs = Date.now();
        noteEvent(current, event);
      }
    } catch {
      silence = NO_ANSWER;
    }
    if (Date.now() - heardMs > silenceMs && current.hash !== null) {
      noteEvent(current, { type: "lost", ...silence });
    }
    const after = find(tx);
    if (after === null || isFinal(after)) return after;
    await wait(after.step === "unknown" ? Math.max(pollMs, slowMs) : pollMs);
  }
}

function find(tx: Transaction): Transaction | null {
  const book = useLedger.getState().books[ledgerKey(tx.chainId, tx.account)];
  return book?.find(({ id }) => id === tx.id) ?? null;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
