import type { Address, Hex } from "viem";
import type { Stamp } from "./log.ts";

/** A proposal of a model's governor. Voting runs by the governor's clock. */
export interface Proposal {
  readonly model: bigint;
  readonly id: bigint;
  readonly proposer: Address;
  readonly targets: readonly Address[];
  readonly values: readonly bigint[];
  readonly calldatas: readonly Hex[];
  /** Untrusted text. */
  readonly description: string;
  readonly voteStart: bigint;
  readonly voteEnd: bigint;
  readonly created: Stamp;
  readonly against: bigint;
  readonly forIt: bigint;
  readonly abstain: bigint;
  /** Unix seconds from which it may be executed; null until queued. */
  readonly eta: bigint | null;
  readonly queued: Stamp | null;
  readonly executed: Stamp | null;
  readonly cancelled: Stamp | null;
}

export interface Vote {
  readonly voter: Address;
  /** 0 against, 1 for, 2 abstain. */
  readonly support: number;
  readonly weight: bigint;
  /** Untrusted text. */
  readonly reason: string;
  readonly at: Stamp;
}

/** A call in a timelock. */
export interface Operation {
  readonly model: bigint;
  readonly id: Hex;
  readonly target: Address;
  readonly data: Hex;
  readonly delay: bigint;
  readonly scheduled: Stamp;
  readonly executed: Stamp | null;
  readonly cancelled: Stamp | null;
}
