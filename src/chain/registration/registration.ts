import { zeroAddress } from "viem";
import type { Registration, RegistrationDraft, RunCommitment } from "@/rpc/registration.ts";
import { BEACON_DELAY_BLOCKS } from "@/fingerprint/beacon.ts";

/** What the chain says of one model; see queries/registration.ts. */
export interface RegistrationSnapshot {
  model: bigint;
  epoch: number;
  commitBlock: bigint;
  draws: number;
  /** Null until sealed. */
  beacon: string | null;
  sharesOpened: boolean;
  /** Whether this epoch has released weights. */
  released: boolean;
  /** Whether an older epoch has. */
  releasedBefore: boolean;
  kindsSet: readonly number[];
  pricesSet: readonly string[];
}

export type RegistrationEvent =
  | { type: "edited"; draft: RegistrationDraft }
  | { type: "sent"; action: string; hash: string }
  | { type: "seen"; snapshot: RegistrationSnapshot }
  /** The chain has no such commitment: it was never mined, or a re-organisation took it. */
  | { type: "missing" };

/** A registration of which nothing is on a chain yet. */
export function newRegistration(
  chainId: number,
  registry: string,
  commitment: RunCommitment,
): Registration {
  return {
    version: 1,
    chainId,
    registry,
    ...NOTHING,
    transactions: {},
    draft: newDraft(commitment.owner),
  };
}

/**
 * The registration after an event. What the chain says replaces what was believed of it, so that a
 * re-organisation is followed; only the drafts and the hashes of sent transactions are the page's own.
 * The same object comes back when nothing changed.
 */
export function nextRegistration(
  registration: Registration,
  event: RegistrationEvent,
): Registration {
  if (event.type === "edited") return { ...registration, draft: event.draft };
  if (event.type === "sent") {
    const transactions = { ...registration.transactions, [event.action]: event.hash };
    return { ...registration, transactions };
  }
  const next =
    event.type === "seen" ? merge(registration, event.snapshot) : { ...registration, ...NOTHING };
  return JSON.stringify(next) === JSON.stringify(registration) ? registration : next;
}

/** What the chain says of a model that it does not have. */
const NOTHING = {
  model: null,
  epoch: 0,
  commitBlock: null,
  draws: 0,
  beacon: null,
  sharesOpened: false,
  released: false,
  releasedBefore: false,
  kindsSet: [],
  pricesSet: [],
} as const;

function merge(registration: Registration, snapshot: RegistrationSnapshot): Registration {
  const commitBlock = Number(snapshot.commitBlock);
  const beacon =
    snapshot.beacon === null
      ? null
      : {
          value: snapshot.beacon,
          chainId: registration.chainId,
          blockNumber: commitBlock + BEACON_DELAY_BLOCKS,
          registry: registration.registry,
        };
  return {
    ...registration,
    model: snapshot.model.toString(),
    epoch: snapshot.epoch,
    commitBlock,
    draws: snapshot.draws,
    beacon,
    sharesOpened: snapshot.sharesOpened,
    released: snapshot.released,
    releasedBefore: snapshot.releasedBefore,
    kindsSet: [...snapshot.kindsSet].sort((a, b) => a - b),
    pricesSet: [...snapshot.pricesSet].sort(),
  };
}

/** Forms with something sensible in them: one contributor with all shares, one kind of licence. */
export function newDraft(owner: string): RegistrationDraft {
  return {
    parents: [],
    contributors: [{ address: owner, shares: "1000000" }],
    terms: {
      text: "You may train models on this one if their sales pass on the share that the registry names.",
      derivatives: true,
      approval: false,
      percent: "10",
    },
    kinds: [
      {
        label: "commercial",
        text: "You may use the model in your products for a year, without a limit on calls.",
        days: "365",
        quota: "",
        refundDays: "3",
        hostPercent: "30",
        resalePercent: "5",
        transferable: true,
        prices: [{ token: zeroAddress, amount: "0.5" }],
      },
    ],
    uri: "",
  };
}
