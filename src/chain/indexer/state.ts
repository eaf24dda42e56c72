import type { Address, Hex } from "viem";
import type { Ancestor } from "../accounting/lineage.ts";
import type { ContractKind } from "./contracts.ts";
import type {
  CaseRecord,
  CourtCredit,
  Dispute,
  Host,
  HostSlash,
  JurorVote,
  Leaf,
  Stake,
  StakeLoss,
} from "./stateProvers.ts";
import type { Channel, Session, Settlement } from "./stateUse.ts";
import type { Operation, Proposal, Vote } from "./stateGovern.ts";
import type { Payment, Payout, ShareMove } from "./stateIncome.ts";
import type { Stamp } from "./log.ts";

/** The zero address stands for the chain's own coin. */
export const NATIVE: Address = "0x0000000000000000000000000000000000000000";

/** Whose events an address writes. */
export interface Source {
  readonly kind: ContractKind;
  /** Of which model it is a clone; null for those that stand alone. */
  readonly model: bigint | null;
}

export interface ParentLink {
  readonly model: bigint;
  /** Millionths of the child's revenue. */
  readonly ppm: bigint;
  readonly expectedTermsHash: Hex;
}

/** What holds for derivatives registered from now on. */
export interface Terms {
  readonly textHash: Hex;
  readonly derivativePpm: number;
  readonly derivatives: boolean;
  readonly approval: boolean;
}

export interface Epoch {
  readonly epoch: number;
  readonly root: Hex;
  readonly manifestHash: Hex;
  readonly count: number;
  readonly width: number;
  readonly draws: number;
  readonly committed: Stamp;
  readonly beacon: Hex | null;
  readonly sealed: Stamp | null;
  readonly weightsHash: Hex | null;
  readonly released: Stamp | null;
}

/** An issue of new shares. */
export interface ShareIssue {
  readonly to: Address;
  readonly amount: bigint;
  /** Shares there were before. */
  readonly supplyBefore: bigint;
  /** Of the block, Unix. */
  readonly timeSeconds: bigint;
}

export interface Model {
  readonly id: bigint;
  readonly owner: Address;
  readonly pendingOwner: Address | null;
  readonly registered: Stamp;
  readonly parents: readonly ParentLink[];
  /** The lineage flattened, as the registry has it. */
  readonly ancestors: readonly Ancestor[];
  readonly epochs: readonly Epoch[];
  /** Null before the first release. */
  readonly terms: Terms | null;
  readonly termsHash: Hex | null;
  /** Untrusted text. */
  readonly uri: string;
  readonly shares: Address | null;
  readonly supply: bigint;
  readonly shareEpoch: number;
  /** Issues after the opening, the first first. */
  readonly issues: readonly ShareIssue[];
  readonly governor: Address | null;
  readonly timelock: Address | null;
  /** In wei, as of the last funding: rewards that were paid since have no event of their own. */
  readonly bounty: bigint;
  /** Null while the network's own default holds. */
  readonly rewardPpm: number | null;
}

export interface KindTerms {
  readonly version: number;
  readonly termsHash: Hex;
  /** Left-aligned ASCII, untrusted. */
  readonly label: Hex;
  readonly textHash: Hex;
  /** Seconds; 0 for ever. */
  readonly duration: bigint;
  /** Calls; 0 without limit. */
  readonly quota: bigint;
  readonly refundWindow: number;
  readonly hostPpm: number;
  readonly resalePpm: number;
  readonly transferable: boolean;
}

export interface LicenceKind {
  readonly model: bigint;
  readonly kind: number;
  /** All versions; the last is sold. */
  readonly versions: readonly KindTerms[];
  readonly open: boolean;
  /** Listed prices by token, in the token's smallest unit. */
  readonly prices: ReadonlyMap<Address, bigint>;
}

export interface Escrow {
  readonly token: Address;
  readonly amount: bigint;
  /** Unix seconds from which it belongs to the model. */
  readonly until: bigint;
}

export interface Licence {
  readonly id: bigint;
  readonly model: bigint;
  readonly kind: number;
  readonly version: number;
  readonly holder: Address;
  readonly payer: Address;
  readonly token: Address;
  readonly price: bigint;
  readonly bought: Stamp;
  /** Last second in which it is in force; 2^64 - 1 for ever. */
  readonly expires: bigint;
  /** Calls left that no channel reserved; 2^64 - 1 without limit. */
  readonly quota: bigint;
  readonly channels: number;
  readonly escrow: Escrow | null;
  readonly user: Address | null;
  readonly userExpires: bigint;
  /** What was paid, returned or given up, the purchase first. */
  readonly history: readonly LicenceEvent[];
  readonly ended: "refunded" | "cancelled" | null;
}

/** A step in the life of a licence that has a receipt, or ends it. */
export interface LicenceEvent {
  readonly what: "bought" | "renewed" | "refunded" | "cancelled";
  readonly at: Stamp;
}

/** Where income comes from; the first six are the splitter's, in its order. */
export const SOURCES = [
  "licence",
  "renewal",
  "usage",
  "resale",
  "slash",
  "gift",
  "lineage",
] as const;
export type IncomeSource = (typeof SOURCES)[number];

/** Income of a model in one token, as the splitter keeps it. */
export interface Pot {
  readonly model: bigint;
  readonly token: Address;
  readonly gross: bigint;
  readonly own: bigint;
}

/** Income of one UTC day. */
export interface IncomeDay {
  readonly model: bigint;
  readonly token: Address;
  readonly source: IncomeSource;
  /** Days since 1970. */
  readonly day: number;
  /** Paid to the model, or up from a descendant. */
  readonly amount: bigint;
  /** What the model kept of it. */
  readonly kept: bigint;
  readonly payments: number;
}

/** What a holder of shares has of a model's income in one token, by the splitter's own rule. */
export interface ShareAccount {
  /** Owed and not yet claimed, times the supply. */
  readonly scaled: bigint;
  /** The pot's `own` up to which that counts. */
  readonly seen: bigint;
  readonly claimed: bigint;
}

export interface ShareHolding {
  readonly model: bigint;
  readonly holder: Address;
  readonly balance: bigint;
  readonly delegate: Address | null;
  readonly votes: bigint;
}

/** All that the events of one deployment tell. Immutable; a change shares what it leaves alone. */
export interface ChainState {
  readonly sources: ReadonlyMap<Address, Source>;
  readonly models: ReadonlyMap<bigint, Model>;
  /** "model childOwner". */
  readonly approvals: ReadonlyMap<string, boolean>;
  /** "model kind". */
  readonly kinds: ReadonlyMap<string, LicenceKind>;
  readonly licences: ReadonlyMap<bigint, Licence>;
  /** "model token". */
  readonly pots: ReadonlyMap<string, Pot>;
  /** "model token source day". */
  readonly income: ReadonlyMap<string, IncomeDay>;
  /** "model holder". */
  readonly holdings: ReadonlyMap<string, ShareHolding>;
  /** "model holder token". */
  readonly shareAccounts: ReadonlyMap<string, ShareAccount>;
  /** "block logIndex": every payment to a model, every claim, every move of shares. */
  readonly payments: ReadonlyMap<string, Payment>;
  readonly payouts: ReadonlyMap<string, Payout>;
  readonly shareMoves: ReadonlyMap<string, ShareMove>;
  /** "contract account token": what may be withdrawn. */
  readonly credits: ReadonlyMap<string, bigint>;
  /** Contract → Unix seconds until which its entry is paused. */
  readonly pauses: ReadonlyMap<ContractKind, bigint>;
  /** "licence host". */
  readonly channels: ReadonlyMap<string, Channel>;
  /** "licence host". */
  readonly sessions: ReadonlyMap<string, Session>;
  /** "block logIndex". */
  readonly settlements: ReadonlyMap<string, Settlement>;
  /** "model proposal". */
  readonly proposals: ReadonlyMap<string, Proposal>;
  /** "model proposal voter". */
  readonly votes: ReadonlyMap<string, Vote>;
  /** "model operation". */
  readonly operations: ReadonlyMap<string, Operation>;
  readonly hosts: ReadonlyMap<Address, Host>;
  readonly stakes: ReadonlyMap<Address, Stake>;
  /** "prover commit", since anyone can make a commit that another made. */
  readonly commits: ReadonlyMap<string, { readonly prover: Address; readonly at: Stamp }>;
  /** "model epoch index". */
  readonly leaves: ReadonlyMap<string, Leaf>;
  readonly cases: ReadonlyMap<bigint, CaseRecord>;
  readonly disputes: ReadonlyMap<bigint, Dispute>;
  /** "dispute juror". */
  readonly jurorVotes: ReadonlyMap<string, JurorVote>;
  /** "block logIndex", as the two below. */
  readonly hostSlashes: ReadonlyMap<string, HostSlash>;
  readonly stakeLosses: ReadonlyMap<string, StakeLoss>;
  readonly courtCredits: ReadonlyMap<string, CourtCredit>;
}

/** Parts of a state that are tables. */
export type Table = keyof ChainState;

/** @param contracts where the contracts are that stand alone, by kind */
export function emptyState(
  contracts: Readonly<Partial<Record<ContractKind, Address>>>,
): ChainState {
  const sources = new Map<Address, Source>();
  for (const [kind, address] of Object.entries(contracts)) {
    if (isKind(kind)) sources.set(lower(address), { kind, model: null });
  }
  return {
    sources,
    models: new Map(),
    approvals: new Map(),
    kinds: new Map(),
    licences: new Map(),
    pots: new Map(),
    income: new Map(),
    holdings: new Map(),
    shareAccounts: new Map(),
    payments: new Map(),
    payouts: new Map(),
    shareMoves: new Map(),
    credits: new Map(),
    pauses: new Map(),
    channels: new Map(),
    sessions: new Map(),
    settlements: new Map(),
    proposals: new Map(),
    votes: new Map(),
    operations: new Map(),
    hosts: new Map(),
    stakes: new Map(),
    commits: new Map(),
    leaves: new Map(),
    cases: new Map(),
    disputes: new Map(),
    jurorVotes: new Map(),
    hostSlashes: new Map(),
    stakeLosses: new Map(),
    courtCredits: new Map(),
  };
}

const KINDS: ReadonlySet<string> = new Set([
  "registry",
  "splitter",
  "licences",
  "channel",
  "provers",
  "jury",
  "dao",
  "shares",
  "governor",
  "timelock",
]);

function isKind(kind: string): kind is ContractKind {
  return KINDS.has(kind);
}

/** Addresses of sources are compared in lower case, since nodes write them so. */
export function lower(address: Address): Address {
  return `0x${address.slice(2).toLowerCase()}`;
}

/** Key of a table whose rows are named by several values. */
export function keyOf(...parts: readonly (bigint | number | string)[]): string {
  return parts.join(" ");
}
