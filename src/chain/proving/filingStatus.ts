import type { Address } from "viem";
import type { ChainState } from "../indexer/state.ts";
import { keyOf } from "../indexer/state.ts";
import type { Leaf } from "../indexer/stateProvers.ts";
import { commitHashOf, type Filing } from "./filing.ts";
import { RULES } from "./rules.ts";

/** Where a filing stands for one account. */
export type FilingStatus =
  | { step: "foreign" }
  | { step: "unknownEpoch" }
  | { step: "commit" }
  /** A reveal needs a later block than its commit. */
  | { step: "wait"; committed: bigint }
  | { step: "reveal"; committed: bigint; lastBlock: bigint; blocksLeft: bigint }
  | { step: "late"; committed: bigint }
  | { step: "revealed"; leaf: Leaf }
  /** Somebody showed the fingerprint before, or it was shown against another host. */
  | { step: "burnt"; leaf: Leaf };

/**
 * @param head last block that is known
 * @param account whose commits count
 */
export function filingStatus(
  filing: Filing,
  state: ChainState,
  {
    chainId,
    network,
    account,
    head,
  }: {
    chainId: number;
    network: Address;
    account: Address | undefined;
    head: bigint;
  },
): FilingStatus {
  if (filing.chainId !== chainId || filing.network.toLowerCase() !== network.toLowerCase()) {
    return { step: "foreign" };
  }
  const { model, epoch, leaf: filed, host } = filing;
  const leaf = state.leaves.get(keyOf(model, epoch, filed.index));
  if (leaf !== undefined) {
    const mine =
      leaf.prover === account && leaf.host === host.id && leaf.evidenceHash === filing.evidenceHash;
    return { step: mine ? "revealed" : "burnt", leaf };
  }
  const released = state.models.get(BigInt(model))?.epochs[epoch]?.released ?? null;
  if (released === null) return { step: "unknownEpoch" };
  if (account === undefined) return { step: "commit" };
  const commit = state.commits.get(keyOf(account, commitHashOf(filing, account)));
  if (commit === undefined) return { step: "commit" };
  const committed = commit.at.block;
  const lastBlock = committed + RULES.revealBlocks;
  if (head <= committed) return { step: "wait", committed };
  // What is sent now stands in the next block at the earliest.
  if (head >= lastBlock) return { step: "late", committed };
  return { step: "reveal", committed, lastBlock, blocksLeft: lastBlock - head };
}
