import { BEACON_DELAY_BLOCKS } from "@/fingerprint/beacon.ts";
import type { RunRecord } from "@/rpc/protocols.ts";
import type { Registration } from "@/rpc/registration.ts";

/** What a registration waits for, in order. */
export const STEPS = [
  "commit",
  "wait",
  "seal",
  "embed",
  "shares",
  "release",
  "kinds",
  "onSale",
] as const;

export type RegistrationStep = (typeof STEPS)[number];

/** The steps of this registration: a model that was released before has its shares and licences. */
export function stepsOf(registration: Registration): readonly RegistrationStep[] {
  const { model, releasedBefore, draft } = registration;
  const again = model === null ? draft.again !== undefined : releasedBefore === true;
  if (!again) return STEPS;
  return STEPS.filter((step) => step !== "shares" && step !== "kinds");
}

/** The blocks between the commitment and its beacon. */
export interface BeaconWait {
  /** Block whose hash becomes the beacon. */
  block: number;
  /** Blocks mined since the commitment, 0 to `of`. */
  mined: number;
  of: number;
  /** Blocks until it can be sealed: a contract reads the hashes of blocks before its own only. */
  left: number;
}

/**
 * How far the beacon is.
 *
 * @param head number of the latest block
 * @returns null before the commitment is mined
 */
export function beaconWait(
  { commitBlock }: Pick<Registration, "commitBlock">,
  head: number,
): BeaconWait | null {
  if (commitBlock === null) return null;
  const mined = Math.min(Math.max(head - commitBlock, 0), BEACON_DELAY_BLOCKS);
  const block = commitBlock + BEACON_DELAY_BLOCKS;
  return { block, mined, of: BEACON_DELAY_BLOCKS, left: Math.max(block + 1 - head, 0) };
}

/**
 * What comes next. It follows from what the chain and the run say and is stored nowhere, so that a tab
 * that was closed at any moment comes back to the right place.
 *
 * @param head number of the latest block
 */
export function stepOf(
  registration: Registration,
  run: Pick<RunRecord, "weightsHash">,
  head: number,
): RegistrationStep {
  const wait = beaconWait(registration, head);
  if (registration.model === null || wait === null) return "commit";
  if (registration.beacon === null) return wait.left > 0 ? "wait" : "seal";
  if (run.weightsHash === undefined) return "embed";
  if (!registration.sharesOpened) return "shares";
  if (!registration.released) return "release";
  if (registration.releasedBefore === true) return "onSale";
  return nextSale(registration) === null ? "onSale" : "kinds";
}

/** The next transaction that puts a kind on sale: its terms first, then each of its prices. */
export type SaleTask =
  | { type: "kind"; kind: number }
  | { type: "price"; kind: number; token: string };

/** Null when every kind is on the chain with all its prices. Kinds are numbered from 1. */
export function nextSale(registration: Registration): SaleTask | null {
  const { draft, kindsSet, pricesSet } = registration;
  for (const [at, { prices }] of draft.kinds.entries()) {
    const kind = at + 1;
    if (!kindsSet.includes(kind)) return { type: "kind", kind };
    const missing = prices.find(
      ({ token, amount }) => amount.trim() !== "" && !pricesSet.includes(priceKey(kind, token)),
    );
    if (missing !== undefined) return { type: "price", kind, token: missing.token };
  }
  return null;
}

/** Name of a kind's price in a token. */
export function priceKey(kind: number, token: string): string {
  return `${kind}-${token.toLowerCase()}`;
}
