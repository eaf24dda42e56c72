import type { Hex } from "viem";
import type { ChainState } from "../state.ts";

/** Blocks that a re-organisation may undo without reading from the beginning. */
export const REWIND_BLOCKS = 64n;
/** Blocks between two states that are kept. */
const SPACING = 8n;

/** The state after a block. */
export interface Checkpoint {
  readonly block: bigint;
  readonly hash: Hex;
  readonly state: ChainState;
}

/**
 * Adds a state to those that are kept: the newest, one about every eight blocks behind it, and one that
 * is 64 blocks old or older. They share most of what they hold.
 *
 * @param kept oldest first
 */
export function keep(kept: readonly Checkpoint[], added: Checkpoint): Checkpoint[] {
  const horizon = added.block - REWIND_BLOCKS;
  const old = kept.filter(({ block }) => block <= horizon).slice(-1);
  const recent: Checkpoint[] = [];
  for (const checkpoint of kept.filter(({ block }) => block > horizon && block < added.block)) {
    const last = recent.at(-1) ?? old.at(-1);
    // A list that grows by single blocks must lose its in-between ones, but not its spacing.
    if (last === undefined || checkpoint.block - last.block >= SPACING) recent.push(checkpoint);
  }
  return [...old, ...recent, added];
}
