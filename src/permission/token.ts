import { getAddress, isAddress, type Address, type Hex } from "viem";
import { canonicalJson } from "@/fingerprint/canonicalJson.ts";
import { fromHex, fromUtf8, toHex, utf8 } from "@/lib/bytes.ts";
import { fromBase64Url, toBase64Url } from "./base64url.ts";
import {
  channelTypes,
  type CoopClose,
  type Permission,
  type Receipt,
  type Voucher,
} from "./types.ts";

/** Longest token that is read, in characters. */
export const MAX_TOKEN_CHARS = 4_096;

/** What can be signed and sent as one line of text. */
export interface Signable {
  Permission: Permission;
  Voucher: Voucher;
  Receipt: Receipt;
  CoopClose: CoopClose;
}

export type SignableName = keyof Signable;

/** The contract that a signature is for. */
export interface SigningDomain {
  readonly chainId: number;
  readonly verifyingContract: Address;
}

/** Something signed, as it was read; the signature has not been checked. */
export interface Token<Name extends SignableName> {
  readonly domain: SigningDomain;
  readonly message: Signable[Name];
  readonly signature: Hex;
}

const PREFIX = {
  Permission: "oml1",
  Voucher: "omlv1",
  Receipt: "omlr1",
  CoopClose: "omlc1",
} as const satisfies Record<SignableName, string>;

const INTEGER = /^(0|[1-9][0-9]{0,77})$/;
const WORD = /^0x[0-9a-f]{64}$/;
const MAX_CHAIN_ID = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * `prefix.base64url(JSON).base64url(signature)`: canonical JSON (RFC 8785) of the message's members, the
 * chain id and the contract, integers as decimal strings.
 */
export function encodeToken<Name extends SignableName>(name: Name, token: Token<Name>): string {
  const members: Record<string, string> = {
    chainId: String(token.domain.chainId),
    verifyingContract: getAddress(token.domain.verifyingContract),
  };
  const values: Record<string, unknown> = { ...token.message };
  for (const { name: key, type } of channelTypes[name]) {
    const text = String(values[key]);
    members[key] = type === "address" ? getAddress(text) : text.toLowerCase();
  }
  const body = toBase64Url(utf8(canonicalJson(members)));
  return `${PREFIX[name]}.${body}.${toBase64Url(fromHex(token.signature))}`;
}

/**
 * Reads what encodeToken wrote, and nothing else: exact members in their order, integers in their ranges,
 * addresses checksummed or in lower case, no byte more. Addresses come back checksummed.
 * @throws RangeError with a reason that holds nothing of the text.
 */
export function decodeToken<Name extends SignableName>(name: Name, text: string): Token<Name> {
  if (text.length > MAX_TOKEN_CHARS) throw new RangeError("longer than 4,096 characters");
  const [prefix, body, signature, ...more] = text.split(".");
  if (prefix !== PREFIX[name] || body === undefined || !signature || more.length > 0) {
    throw new RangeError(`not of the form ${PREFIX[name]}.….…`);
  }
  const json = textOf(fromBase64Url(body));
  const members = membersOf(json);
  const fields = [...channelTypes[name]];
  if (Object.keys(members).length !== fields.length + 2) throw new RangeError("wrong members");
  const message: Record<string, unknown> = {};
  for (const field of fields) message[field.name] = valueOf(members, field.name, field.type);
  if (!isMessage(name, message)) throw new RangeError("wrong members");
  const chainId = valueOf(members, "chainId", "uint256");
  if (typeof chainId !== "bigint" || chainId > MAX_CHAIN_ID) throw new RangeError("chainId");
  // A second spelling of the same members, such as one named twice, is refused too.
  if (canonicalJson(members) !== json) throw new RangeError("not canonical JSON");
  const contract = valueOf(members, "verifyingContract", "address");
  return {
    domain: { chainId: Number(chainId), verifyingContract: getAddress(String(contract)) },
    message,
    signature: `0x${toHex(fromBase64Url(signature))}`,
  };
}

function isMessage<Name extends SignableName>(
  name: Name,
  message: unknown,
): message is Signable[Name] {
  if (typeof message !== "object" || message === null) return false;
  const values = new Map<string, unknown>(Object.entries(message));
  return channelTypes[name].every(
    (field) =>
      typeof values.get(field.name) === (field.type.startsWith("uint") ? "bigint" : "string"),
  );
}

function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    throw new RangeError("not UTF-8");
  }
}

function membersOf(json: string): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new RangeError("not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RangeError("not an object");
  }
  const members: Record<string, string> = {};
  for (const [key, member] of Object.entries(value)) {
    if (typeof member !== "string") throw new RangeError("a member is not a string");
    members[key] = member;
  }
  return members;
}

function valueOf(members: Record<string, string>, key: string, type: string): bigint | string {
  const text = Object.hasOwn(members, key) ? members[key] : undefined;
  if (text === undefined) throw new RangeError(`${key} is missing`);
  if (type === "address") {
    if (isAddress(text, { strict: true })) return getAddress(text);
  } else if (type === "bytes32") {
    if (WORD.test(text)) return text;
  } else if (INTEGER.test(text)) {
    const value = BigInt(text);
    if (value < 1n << BigInt(type.slice("uint".length))) return value;
  }
  throw new RangeError(`${key} is not of type ${type}`);
}
