import type { Address, Hex } from "viem";
import type { Stamp } from "./log.ts";

export interface Host {
  readonly address: Address;
  /** keccak256 of its base URL. */
  readonly id: Hex;
  readonly collateral: bigint;
  /** Unix seconds; null while it stays. */
  readonly leavesAt: bigint | null;
  readonly left: boolean;
  readonly slashed: bigint;
  readonly slashes: number;
}

export interface Stake {
  readonly prover: Address;
  readonly amount: bigint;
  readonly leaving: bigint;
  readonly leavesAt: bigint | null;
  /** When stake was added last, Unix seconds. */
  readonly since: bigint;
  readonly slashed: bigint;
}

/** A fingerprint that was shown and is burnt. */
export interface Leaf {
  readonly model: bigint;
  readonly epoch: number;
  readonly index: bigint;
  readonly prover: Address;
  readonly host: Hex;
  readonly response: number;
  readonly evidenceHash: Hex;
  /** Whether it was shown with a host's receipt (class A), so that it belongs to no case. */
  readonly withReceipt: boolean;
  readonly at: Stamp;
}

/** In the network's order. */
export const CASE_STATES = [
  "none",
  "gathering",
  "suspected",
  "contested",
  "escalated",
  "upheld",
  "dismissed",
] as const;
export type CaseState = (typeof CASE_STATES)[number];

export interface CaseRecord {
  readonly id: bigint;
  readonly model: bigint;
  readonly host: Hex;
  readonly state: CaseState;
  /** Unix seconds; 0 for none. */
  readonly deadline: bigint;
  readonly contester: Address | null;
  readonly counterEvidence: Hex | null;
  readonly opened: Stamp;
  readonly changed: Stamp;
}

export interface Dispute {
  readonly id: bigint;
  readonly caseId: bigint;
  readonly commitUntil: bigint;
  readonly revealUntil: bigint;
  readonly ruling: number | null;
  readonly forProvers: bigint;
  readonly forContester: bigint;
  readonly opened: Stamp;
}

export interface JurorVote {
  readonly dispute: bigint;
  readonly juror: Address;
  readonly weight: bigint;
  /** Null until revealed. */
  readonly choice: number | null;
  readonly reward: bigint | null;
  readonly fine: bigint | null;
}

/** Half of a host's collateral that a signed receipt cost it. */
export interface HostSlash {
  readonly host: Address;
  readonly model: bigint;
  readonly prover: Address;
  /** Wei; what the bounty added to the prover's part is in the credits of the same transaction. */
  readonly slashed: bigint;
  readonly toProver: bigint;
  readonly toModel: bigint;
  readonly at: Stamp;
}

/** Stake that a prover or juror lost, in wei. */
export interface StakeLoss {
  readonly prover: Address;
  readonly amount: bigint;
  readonly at: Stamp;
}

/** What network or jury credited to an account, in wei. */
export interface CourtCredit {
  readonly by: "provers" | "jury";
  readonly account: Address;
  readonly amount: bigint;
  readonly at: Stamp;
}
