import type { Address, Hex } from "viem";

/** A channel between a licence and a host, as `channelOf` has it; amounts in the token's smallest unit. */
export interface ChannelFacts {
  readonly holder: Address;
  readonly model: bigint;
  readonly token: Address;
  readonly deposit: bigint;
  readonly settled: bigint;
  /** Zero address while no permission is active. */
  readonly sessionKey: Address;
  /** Calls since the pair was first opened. */
  readonly settledCalls: bigint;
  readonly maxCalls: bigint;
  readonly sessionMaxAmount: bigint;
  readonly sessionMaxCalls: bigint;
  readonly withdrawDelay: number;
  /** Unix seconds; 0 while no close was asked for. */
  readonly closesAt: bigint;
  readonly openedAt: bigint;
  /** Unix seconds. */
  readonly sessionExpires: bigint;
}

/** What a host needs of the chain about one licence, all of one block. */
export interface ChainFacts {
  readonly blockNumber: bigint;
  /** Unix seconds of that block. */
  readonly blockTime: bigint;
  /** Null when there is no such licence (any more). */
  readonly licence: {
    readonly owner: Address;
    readonly model: bigint;
    /** Last second in force. */
    readonly expires: bigint;
  } | null;
  /** Nonce that the next permission must carry. */
  readonly nonce: bigint;
  /** Null while no channel is open. */
  readonly channel: ChannelFacts | null;
}

/** Reads of the chain that a host makes. Implementations throw whatever their transport throws. */
export interface ChainReader {
  factsOf(licence: bigint, host: Address): Promise<ChainFacts>;
  /** ERC-1271, for holders that are contracts. */
  isValidSignature(signer: Address, digest: Hex, signature: Hex): Promise<boolean>;
}

/** Facts with their age: how long ago they were read, in seconds. */
export interface AgedFacts {
  readonly facts: ChainFacts;
  readonly ageSeconds: number;
  /** True when the chain could not be read and older facts stand in. */
  readonly isStale: boolean;
}
