import { textHash } from "./receipt.ts";
import type { Permission, Voucher } from "./types.ts";

/** Where a client stands with a host. Amounts in the token's smallest unit. */
export interface Position {
  readonly nextCall: bigint;
  /** What is charged and what calls under way can still cost. */
  readonly committed: bigint;
}

/**
 * The voucher to sign for the next call, which costs `most` at most. Null when it would pass a cap of the
 * permission.
 */
export function nextVoucher(
  permission: Permission,
  position: Position,
  most: bigint,
  inputText: string,
): Voucher | null {
  const cumulativeAmount = position.committed + most;
  if (position.nextCall > permission.maxCalls || cumulativeAmount > permission.maxAmount) {
    return null;
  }
  return {
    licence: permission.licence,
    host: permission.host,
    cumulativeCalls: position.nextCall,
    cumulativeAmount,
    lastInputHash: textHash(inputText),
  };
}
