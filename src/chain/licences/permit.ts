import { domainSeparator, hashTypedData } from "viem";
import type { Address, Hex, TypedDataDomain } from "viem";

/** ERC-2612. */
export const PERMIT_TYPES = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

/** How long a signed permit holds. A purchase takes a minute; what is left lying lapses soon. */
export const PERMIT_SECONDS = 1_200n;

/** What a token needs of a permit, read from the token. */
export interface PermitTerms {
  readonly domain: TypedDataDomain;
  /** Of the owner; each permit uses one up. */
  readonly nonce: bigint;
}

export interface PermitOrder {
  readonly owner: Address;
  /** Who may take the money. */
  readonly spender: Address;
  /** In the token's smallest unit. */
  readonly value: bigint;
  /** Unix seconds. */
  readonly deadline: bigint;
}

/** Typed data (EIP-712) of a permit, for the wallet to sign. */
export function permitTypedData({ domain, nonce }: PermitTerms, order: PermitOrder) {
  return {
    domain,
    types: PERMIT_TYPES,
    primaryType: "Permit",
    message: { ...order, nonce },
  } as const;
}

/** Hash that the owner signs. */
export function permitDigest(terms: PermitTerms, order: PermitOrder): Hex {
  return hashTypedData(permitTypedData(terms, order));
}

/** Answer of `eip712Domain()` (ERC-5267). */
export type DomainAnswer = readonly [
  fields: Hex,
  name: string,
  version: string,
  chainId: bigint,
  verifyingContract: Address,
  salt: Hex,
  extensions: readonly bigint[],
];

/**
 * The domain that a token says it signs under, by the bits of `fields`.
 *
 * @returns null for one that this studio does not sign: with extensions, or of another chain or contract
 */
export function domainOf(
  [fields, name, version, chainId, verifyingContract, salt, extensions]: DomainAnswer,
  token: Address,
  wantedChainId: number,
): TypedDataDomain | null {
  const bits = Number(fields);
  const has = (bit: number): boolean => (bits & (1 << bit)) !== 0;
  if (bits > 0x1f || extensions.length > 0) return null;
  // Without both, a permit would hold elsewhere too.
  if (!has(2) || chainId !== BigInt(wantedChainId)) return null;
  if (!has(3) || verifyingContract.toLowerCase() !== token.toLowerCase()) return null;
  return {
    ...(has(0) ? { name } : {}),
    ...(has(1) ? { version } : {}),
    chainId: wantedChainId,
    verifyingContract: token,
    ...(has(4) ? { salt } : {}),
  };
}

/** Whether a domain is the one that the token keeps as its `DOMAIN_SEPARATOR`. */
export function isDomainOf(domain: TypedDataDomain, separator: Hex): boolean {
  return domainSeparator({ domain }) === separator.toLowerCase();
}
