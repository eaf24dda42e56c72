import { isHex } from "viem";
import { dropCheckpoints, loadCheckpoints, saveCheckpoints } from "@/storage/chainStore.ts";
import { TABLES } from "../indexer/patch.ts";
import type { FollowTarget } from "../indexer/protocol.ts";
import type { Checkpoint } from "../indexer/sync/checkpoints.ts";

/** Raised whenever the reducer or the shape of its state changes, so that old states are not used. */
const SHAPE = 4;

function keyOfTarget({ chainId, contracts, firstBlock }: FollowTarget): string {
  const addresses = Object.entries(contracts)
    .map(([kind, address]) => `${kind}=${address.toLowerCase()}`)
    .sort();
  return [chainId, firstBlock, ...addresses].join(" ");
}

/** What an earlier worker read of the deployment; empty when there is nothing sound. */
export async function loadKept(target: FollowTarget): Promise<Checkpoint[]> {
  const key = keyOfTarget(target);
  const content = await loadCheckpoints(key, SHAPE);
  if (content === null) return [];
  if (Array.isArray(content) && content.every(isCheckpoint)) return content;
  await dropCheckpoints(key);
  return [];
}

/** @returns whether it was stored; without storage the chain is read anew next time */
export async function saveKept(
  target: FollowTarget,
  kept: readonly Checkpoint[],
): Promise<boolean> {
  try {
    await saveCheckpoints(keyOfTarget(target), SHAPE, kept);
    return true;
  } catch {
    return false;
  }
}

export function dropKept(target: FollowTarget): Promise<void> {
  return dropCheckpoints(keyOfTarget(target));
}

function isCheckpoint(value: unknown): value is Checkpoint {
  if (typeof value !== "object" || value === null) return false;
  const block: unknown = Reflect.get(value, "block");
  const state: unknown = Reflect.get(value, "state");
  return (
    typeof block === "bigint" &&
    isHex(Reflect.get(value, "hash")) &&
    typeof state === "object" &&
    state !== null &&
    TABLES.every((table) => Reflect.get(state, table) instanceof Map)
  );
}
