import type { Address, Hex } from "viem";

/**
 * EIP-712 types of contracts/src/lib/ChannelTypes.sol. A wallet signs Permission, a session key Voucher,
 * a host Receipt and CoopClose.
 */
export const channelTypes = {
  Permission: [
    { name: "licence", type: "uint256" },
    { name: "holder", type: "address" },
    { name: "sessionKey", type: "address" },
    { name: "host", type: "address" },
    { name: "notBefore", type: "uint64" },
    { name: "expires", type: "uint64" },
    { name: "maxCalls", type: "uint64" },
    { name: "maxAmount", type: "uint128" },
    { name: "termsHash", type: "bytes32" },
    { name: "policyHash", type: "bytes32" },
    { name: "nonce", type: "uint256" },
  ],
  Voucher: [
    { name: "licence", type: "uint256" },
    { name: "host", type: "address" },
    { name: "cumulativeCalls", type: "uint64" },
    { name: "cumulativeAmount", type: "uint128" },
    { name: "lastInputHash", type: "bytes32" },
  ],
  Receipt: [
    { name: "model", type: "uint64" },
    { name: "licence", type: "uint256" },
    { name: "callIndex", type: "uint64" },
    { name: "inputHash", type: "bytes32" },
    { name: "outputHash", type: "bytes32" },
    { name: "time", type: "uint64" },
  ],
  CoopClose: [
    { name: "licence", type: "uint256" },
    { name: "host", type: "address" },
    { name: "cumulativeCalls", type: "uint64" },
    { name: "cumulativeAmount", type: "uint128" },
    { name: "nonce", type: "uint256" },
  ],
} as const;

/** What a holder allows a session key at one host. Times are Unix seconds. */
export interface Permission {
  licence: bigint;
  holder: Address;
  sessionKey: Address;
  host: Address;
  notBefore: bigint;
  expires: bigint;
  maxCalls: bigint;
  maxAmount: bigint;
  termsHash: Hex;
  policyHash: Hex;
  nonce: bigint;
}

/** What a session key owes a host so far. */
export interface Voucher {
  licence: bigint;
  host: Address;
  cumulativeCalls: bigint;
  cumulativeAmount: bigint;
  lastInputHash: Hex;
}

/** What a host signs for each call. */
export interface Receipt {
  model: bigint;
  licence: bigint;
  callIndex: bigint;
  inputHash: Hex;
  outputHash: Hex;
  time: bigint;
}

/** What a host signs to close at once. */
export interface CoopClose {
  licence: bigint;
  host: Address;
  cumulativeCalls: bigint;
  cumulativeAmount: bigint;
  nonce: bigint;
}

/** The signing domain of one deployed channel contract. */
export function channelDomain(chainId: number | bigint, channel: Address) {
  return { name: "OML", version: "1", chainId, verifyingContract: channel } as const;
}
