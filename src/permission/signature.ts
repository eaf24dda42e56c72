import { hashTypedData, recoverAddress, type Address, type Hex } from "viem";
import type { Signable, SignableName, SigningDomain } from "./token.ts";
import { channelDomain, channelTypes } from "./types.ts";

const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

interface TypedField {
  readonly name: string;
  readonly type: string;
}

/** What a wallet or key is asked to sign. */
export function typedDataOf<Name extends SignableName>(
  name: Name,
  message: Signable[Name],
  domain: SigningDomain,
) {
  const types: Record<string, readonly TypedField[]> = { [name]: channelTypes[name] };
  return {
    domain: channelDomain(domain.chainId, domain.verifyingContract),
    types,
    primaryType: name as string,
    message: { ...message } as Record<string, unknown>,
  };
}

/** EIP-712 digest of a message, as contracts/src/ChannelRecords.sol has it. */
export function digestOf<Name extends SignableName>(
  name: Name,
  message: Signable[Name],
  domain: SigningDomain,
): Hex {
  return hashTypedData(typedDataOf(name, message, domain));
}

/**
 * Who signed a digest with a plain key, under the rules of OpenZeppelin's ECDSA library: 65 bytes, the
 * lower half of s, v of 27 or 28. Null for anything else.
 */
export async function signerOf(digest: Hex, signature: Hex): Promise<Address | null> {
  if (!/^0x[0-9a-f]{130}$/i.test(signature)) return null;
  const s = BigInt(`0x${signature.slice(66, 130)}`);
  const v = Number.parseInt(signature.slice(130), 16);
  if (s > HALF_ORDER || (v !== 27 && v !== 28)) return null;
  try {
    return await recoverAddress({ hash: digest, signature });
  } catch {
    return null;
  }
}
