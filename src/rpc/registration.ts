/**
 * What a run keeps of its registration on a chain. Nothing in it is secret: it is what the chain says,
 * or will say, and what its owner typed into the forms. Kept in the run's record, so that a closed tab
 * costs nothing.
 */

/** A bank whose root can be committed: nothing of it can change any more. */
export interface RunCommitment {
  /** Merkle root, 32 bytes of 0x hex. */
  root: string;
  /** SHA-256 of the manifest's canonical JSON. */
  manifestHash: string;
  /** Number of pairs. */
  count: number;
  /** Candidates per pair. */
  width: number;
  /** Address in the manifest; no other account's commitment of this root is worth anything. */
  owner: string;
}

/** The sealed beacon of an epoch and where to look it up. */
export interface ChainBeacon {
  value: string;
  chainId: number;
  blockNumber: number;
  registry: string;
}

export interface ParentDraft {
  /** Id of the parent in the registry, decimal. */
  model: string;
  /** Share of the new model's revenue, in percent as typed. */
  percent: string;
  /** `termsHash` of the parent that was on screen when it was added. */
  termsHash: string;
}

export interface ContributorDraft {
  address: string;
  /** Of 1,000,000 shares, as typed. */
  shares: string;
}

export interface PriceDraft {
  /** The zero address for the native coin. */
  token: string;
  /** In whole coins, as typed; empty where the kind is not sold in this token. */
  amount: string;
}

export interface KindDraft {
  label: string;
  text: string;
  /** Days a purchase lasts; empty for ever. */
  days: string;
  /** Calls a purchase includes; empty without limit. */
  quota: string;
  /** Days in which an unused purchase can be returned; empty for none. */
  refundDays: string;
  hostPercent: string;
  resalePercent: string;
  transferable: boolean;
  prices: readonly PriceDraft[];
}

export interface TermsDraft {
  text: string;
  derivatives: boolean;
  approval: boolean;
  /** Least share of a derivative's revenue, in percent as typed. */
  percent: string;
}

/** The forms, as they were left. */
export interface RegistrationDraft {
  /** Model to fingerprint again, by its id; absent for a new model. */
  again?: string;
  /** Whether the release of a model that has terms already sets new ones; absent means it keeps them. */
  newTerms?: boolean;
  parents: readonly ParentDraft[];
  contributors: readonly ContributorDraft[];
  terms: TermsDraft;
  kinds: readonly KindDraft[];
  uri: string;
}

/** Transactions of a registration; a kind's carry its number. */
export type RegistrationAction =
  | "register"
  | "addEpoch"
  | "seal"
  | "recommit"
  | "shares"
  | "release"
  | `kind-${number}`
  | `price-${number}-${string}`;

/** One model on its way to the market. */
export interface Registration {
  version: 1;
  chainId: number;
  /** Address of the registry. */
  registry: string;
  /** Id in the registry, decimal; null until the commitment is mined. */
  model: string | null;
  epoch: number;
  commitBlock: number | null;
  /** Beacons drawn for this commitment. */
  draws: number;
  beacon: ChainBeacon | null;
  sharesOpened: boolean;
  released: boolean;
  /** Whether an older epoch of the model was released, so that it has shares, terms and licences. */
  releasedBefore?: boolean;
  /** Kinds whose terms are on the chain, by number. */
  kindsSet: readonly number[];
  /** Prices that are on the chain, as `kind-token`, the token in lower case. */
  pricesSet: readonly string[];
  /** The latest transaction of each action that was sent. */
  transactions: Readonly<Record<string, string>>;
  draft: RegistrationDraft;
}
