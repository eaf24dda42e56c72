import { zeroAddress, type Address } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { ChainFacts, ChannelFacts } from "../chainReader.ts";
import { textHash } from "../receipt.ts";
import { typedDataOf } from "../signature.ts";
import { encodeToken, type SigningDomain } from "../token.ts";
import type { Permission, Voucher } from "../types.ts";

// Made-up keys of tests: nothing anywhere is theirs.
export const holder = privateKeyToAccount(`0x${"01".repeat(32)}`);
export const session = privateKeyToAccount(`0x${"02".repeat(32)}`);
export const host = privateKeyToAccount(`0x${"03".repeat(32)}`);
export const stranger = privateKeyToAccount(`0x${"04".repeat(32)}`);

export const NOW = 1_800_000_000;
export const CHANNEL: Address = "0x5615dEB798BB3E4dFa0139dFa1b3D433Cc23b72f";
export const DOMAIN: SigningDomain = { chainId: 31_337, verifyingContract: CHANNEL };

export const PERMISSION: Permission = {
  licence: 2n,
  holder: holder.address,
  sessionKey: session.address,
  host: host.address,
  notBefore: BigInt(NOW - 10),
  expires: BigInt(NOW + 86_400),
  maxCalls: 100n,
  maxAmount: 5_000n,
  termsHash: textHash("terms"),
  policyHash: `0x${"00".repeat(32)}`,
  nonce: 0n,
};

export const CHANNEL_FACTS: ChannelFacts = {
  holder: holder.address,
  model: 4n,
  token: zeroAddress,
  deposit: 4_000n,
  settled: 0n,
  sessionKey: session.address,
  settledCalls: 0n,
  maxCalls: 1_000n,
  sessionMaxAmount: 5_000n,
  sessionMaxCalls: 100n,
  withdrawDelay: 3_600,
  closesAt: 0n,
  openedAt: BigInt(NOW - 100),
  sessionExpires: BigInt(NOW + 86_400),
};

export const FACTS: ChainFacts = {
  blockNumber: 50n,
  blockTime: BigInt(NOW - 1),
  licence: { owner: holder.address, model: 4n, expires: BigInt(NOW + 1_000_000) },
  nonce: 1n,
  channel: CHANNEL_FACTS,
};

/** A permission string, signed by its holder unless told otherwise. */
export async function permissionString(
  changed: Partial<Permission> = {},
  by = holder,
  domain = DOMAIN,
): Promise<string> {
  const message = { ...PERMISSION, ...changed };
  const signature = await by.signTypedData(typedDataOf("Permission", message, domain));
  return encodeToken("Permission", { domain, message, signature });
}

export function voucherOf(number: bigint, amount: bigint, input = "hello"): Voucher {
  return {
    licence: 2n,
    host: host.address,
    cumulativeCalls: number,
    cumulativeAmount: amount,
    lastInputHash: textHash(input),
  };
}

/** A voucher, signed by the session key unless told otherwise. */
export async function voucherString(
  voucher: Voucher,
  by = session,
  domain = DOMAIN,
): Promise<string> {
  const signature = await by.signTypedData(typedDataOf("Voucher", voucher, domain));
  return encodeToken("Voucher", { domain, message: voucher, signature });
}
