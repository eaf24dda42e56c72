import { sha256, stringToBytes, isAddressEqual, type Address, type Hex } from "viem";
import { digestOf, signerOf, typedDataOf } from "./signature.ts";
import { decodeToken, encodeToken, type SigningDomain } from "./token.ts";
import type { CoopClose, Receipt } from "./types.ts";

/** A key that signs typed data, such as a viem account. */
export interface Signer {
  readonly signTypedData: (typedData: ReturnType<typeof typedDataOf>) => Promise<Hex>;
}

/** SHA-256 of a text in UTF-8, as receipts and vouchers hold it. */
export function textHash(text: string): Hex {
  return sha256(stringToBytes(text));
}

/** Signs a receipt. @returns its token, `omlr1.….…` */
export async function signReceipt(
  receipt: Receipt,
  domain: SigningDomain,
  host: Signer,
): Promise<string> {
  const signature = await host.signTypedData(typedDataOf("Receipt", receipt, domain));
  return encodeToken("Receipt", { domain, message: receipt, signature });
}

/** Signs a close at once on a last sum. @returns its token, `omlc1.….…` */
export async function signCoopClose(
  close: CoopClose,
  domain: SigningDomain,
  host: Signer,
): Promise<string> {
  const signature = await host.signTypedData(typedDataOf("CoopClose", close, domain));
  return encodeToken("CoopClose", { domain, message: close, signature });
}

/** What a receipt must say, as far as the user knows it. */
export interface ExpectedReceipt extends SigningDomain {
  readonly host: Address;
  readonly model: bigint;
  readonly licence: bigint;
  readonly callIndex: bigint;
  readonly inputText: string;
  readonly outputText: string;
}

/**
 * Reads a receipt and holds it against what the user sent and got.
 * @returns the receipt, or null when it is another's, another call's or not the host's
 */
export async function verifyReceipt(
  text: string,
  expected: ExpectedReceipt,
): Promise<Receipt | null> {
  let token;
  try {
    token = decodeToken("Receipt", text);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  const { domain, message, signature } = token;
  const matches =
    domain.chainId === expected.chainId &&
    isAddressEqual(domain.verifyingContract, expected.verifyingContract) &&
    message.model === expected.model &&
    message.licence === expected.licence &&
    message.callIndex === expected.callIndex &&
    message.inputHash === textHash(expected.inputText) &&
    message.outputHash === textHash(expected.outputText);
  if (!matches) return null;
  const signer = await signerOf(digestOf("Receipt", message, domain), signature);
  return signer !== null && isAddressEqual(signer, expected.host) ? message : null;
}
