import { isAddressEqual, zeroAddress, zeroHash, type Address, type Hex } from "viem";
import type { ChainFacts, ChannelFacts } from "./chainReader.ts";
import { refuse } from "./refusal.ts";
import { digestOf, signerOf } from "./signature.ts";
import { decodeToken, type SigningDomain, type Token } from "./token.ts";
import type { Permission, Voucher } from "./types.ts";

/** What a host holds a permission string against. */
export interface PermissionContext extends SigningDomain {
  /** The host's own address. */
  readonly host: Address;
  /** Unix seconds. */
  readonly nowSeconds: number;
  /** Hash of the host's conditions; a permission that names none (zero) suits any. */
  readonly policyHash?: Hex;
  /**
   * Strings whose plain signature was found right before, so that it is not computed for each call. A
   * set that is bounded by whoever keeps it.
   */
  readonly verified?: { has(text: string): boolean; add(text: string): unknown };
  /** ERC-1271, for holders that are contracts; without it only plain keys are known. */
  readonly isValidSignature?: (signer: Address, digest: Hex, signature: Hex) => Promise<boolean>;
}

/** Reads a permission string. @throws Refusal "permission-missing", "permission-malformed" */
export function readPermission(text: string | null | undefined): Token<"Permission"> {
  if (!text) refuse("permission-missing");
  try {
    return decodeToken("Permission", text);
  } catch (error) {
    return refuse("permission-malformed", reasonOf(error));
  }
}

/**
 * The part of the check that needs no chain: form, chain, contract, host, time, signature. A contract
 * wallet's signature is asked of the chain when `isValidSignature` is given.
 * @throws Refusal with a code of its own for each
 */
export async function verifyPermission(
  text: string | null | undefined,
  context: PermissionContext,
): Promise<Token<"Permission">> {
  const token = readPermission(text);
  const { domain, message } = token;
  if (domain.chainId !== context.chainId) refuse("wrong-chain", `want ${context.chainId}`);
  if (!isAddressEqual(domain.verifyingContract, context.verifyingContract)) {
    refuse("wrong-contract", `want ${context.verifyingContract}`);
  }
  if (!isAddressEqual(message.host, context.host)) refuse("wrong-host", `want ${context.host}`);
  if (message.sessionKey === zeroAddress) refuse("permission-malformed", "no session key");
  if (!context.verified?.has(text ?? "")) await verifyHolder(text ?? "", token, context);
  const { policyHash } = context;
  if (policyHash && message.policyHash !== zeroHash && message.policyHash !== policyHash) {
    refuse("wrong-policy", `want ${policyHash}`);
  }
  checkTime(message, context.nowSeconds);
  return token;
}

/** @throws Refusal "not-yet-valid", "permission-expired" */
export function checkTime(permission: Permission, nowSeconds: number): void {
  const now = BigInt(Math.floor(nowSeconds));
  if (now < permission.notBefore) refuse("not-yet-valid", `from ${permission.notBefore}`);
  if (now >= permission.expires) refuse("permission-expired", `until ${permission.expires}`);
}

async function verifyHolder(
  text: string,
  { domain, message, signature }: Token<"Permission">,
  { isValidSignature, verified }: PermissionContext,
): Promise<void> {
  const digest = digestOf("Permission", message, domain);
  const signer = await signerOf(digest, signature);
  if (signer !== null && isAddressEqual(signer, message.holder)) {
    verified?.add(text);
    return;
  }
  // What a contract says can change, so that it is asked again.
  if (!(await isValidSignature?.(message.holder, digest, signature))) refuse("permission-forged");
}

/** Whether a permission is the one in force on the channel or can become it. */
export type Standing = "active" | "activatable";

/** What a host holds the facts against. */
export interface FactsContext {
  readonly nowSeconds: number;
  /** The model that the host serves. */
  readonly model?: bigint;
  /** The token that the host is paid in. */
  readonly token?: Address;
}

/**
 * Holds a permission against what the chain says of its licence and channel.
 * @returns the channel, and whether the permission still has to be put on the chain with `activate`
 * @throws Refusal "licence-moved", "licence-expired", "wrong-model", "permission-revoked",
 * "channel-missing", "channel-closing", "wrong-token"
 */
export function checkFacts(
  permission: Permission,
  facts: ChainFacts,
  context: FactsContext,
): { channel: ChannelFacts; standing: Standing } {
  const { licence, nonce, channel } = facts;
  const now = BigInt(Math.floor(context.nowSeconds));
  if (licence === null || !isAddressEqual(licence.owner, permission.holder))
    refuse("licence-moved");
  if (now > licence.expires) refuse("licence-expired", `until ${licence.expires}`);
  if (context.model !== undefined && licence.model !== context.model) {
    refuse("wrong-model", `want model ${context.model}`);
  }
  // Activation uses a nonce up, so that the active permission carries the one before.
  const isNext = permission.nonce === nonce;
  const isLast = permission.nonce + 1n === nonce;
  if (!isNext && !isLast) refuse("permission-revoked", `the nonce is ${nonce}`);
  if (channel === null) return refuse(isNext ? "channel-missing" : "permission-revoked");
  if (isLast && !isSessionOf(permission, channel)) {
    refuse("permission-revoked", `the nonce is ${nonce}`);
  }
  if (channel.closesAt !== 0n) refuse("channel-closing", `closes at ${channel.closesAt}`);
  if (context.token !== undefined && !isAddressEqual(channel.token, context.token)) {
    refuse("wrong-token", `want ${context.token}`);
  }
  return { channel, standing: isNext ? "activatable" : "active" };
}

/** Whether this is the permission that was activated, not another that was signed for the same nonce. */
function isSessionOf(permission: Permission, channel: ChannelFacts): boolean {
  return (
    isAddressEqual(channel.sessionKey, permission.sessionKey) &&
    channel.sessionExpires === permission.expires &&
    channel.sessionMaxAmount === permission.maxAmount
  );
}

/**
 * Reads a voucher and checks that the permission's session key signed it for this licence, host and
 * contract. What it is worth is the ledger's to judge.
 * @throws Refusal "voucher-missing", "voucher-malformed", "voucher-other", "wrong-chain",
 * "wrong-contract", "voucher-forged"
 */
export async function verifyVoucher(
  text: string | null | undefined,
  { domain, message: permission }: Token<"Permission">,
): Promise<Token<"Voucher">> {
  const token = readVoucher(text);
  if (token.domain.chainId !== domain.chainId) refuse("wrong-chain", `want ${domain.chainId}`);
  if (!isAddressEqual(token.domain.verifyingContract, domain.verifyingContract)) {
    refuse("wrong-contract", `want ${domain.verifyingContract}`);
  }
  const voucher: Voucher = token.message;
  if (voucher.licence !== permission.licence || !isAddressEqual(voucher.host, permission.host)) {
    refuse("voucher-other");
  }
  const signer = await signerOf(digestOf("Voucher", voucher, domain), token.signature);
  if (signer === null || !isAddressEqual(signer, permission.sessionKey)) refuse("voucher-forged");
  return token;
}

/** Reads a voucher. @throws Refusal "voucher-missing", "voucher-malformed" */
export function readVoucher(text: string | null | undefined): Token<"Voucher"> {
  if (!text) refuse("voucher-missing");
  try {
    return decodeToken("Voucher", text);
  } catch (error) {
    return refuse("voucher-malformed", reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return error.message;
  throw error;
}
