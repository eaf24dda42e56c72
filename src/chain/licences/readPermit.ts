import { erc20Abi, keccak256, parseAbi, stringToHex } from "viem";
import type { Address, PublicClient, TypedDataDomain } from "viem";
import { domainOf, isDomainOf, type PermitTerms } from "./permit.ts";

const permitAbi = parseAbi([
  "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",
  "function DOMAIN_SEPARATOR() view returns (bytes32)",
  "function PERMIT_TYPEHASH() view returns (bytes32)",
  "function nonces(address owner) view returns (uint256)",
  "function version() view returns (string)",
]);

const ERC2612 = keccak256(
  stringToHex("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
);

type Reader = Pick<PublicClient, "readContract">;

/**
 * What a permit of a token must be signed with: the domain by `eip712Domain()`, or guessed from name and
 * version, and in either case checked against the token's own `DOMAIN_SEPARATOR`.
 *
 * @returns null for a token without ERC-2612, or one whose domain cannot be told for sure; it is then
 * paid with by an allowance
 * @throws what the client throws when the chain does not answer
 */
export async function readPermitTerms(
  client: Reader,
  chainId: number,
  token: Address,
  owner: Address,
): Promise<PermitTerms | null> {
  const contract = { address: token, abi: permitAbi } as const;
  // The name answers for every token: when it does not, it is the chain that is silent.
  const name = await client.readContract({ address: token, abi: erc20Abi, functionName: "name" });
  const [separator, nonce, typeHash, answer, version] = await Promise.all([
    orNull(client.readContract({ ...contract, functionName: "DOMAIN_SEPARATOR" })),
    orNull(client.readContract({ ...contract, functionName: "nonces", args: [owner] })),
    orNull(client.readContract({ ...contract, functionName: "PERMIT_TYPEHASH" })),
    orNull(client.readContract({ ...contract, functionName: "eip712Domain" })),
    orNull(client.readContract({ ...contract, functionName: "version" })),
  ]);
  if (separator === null || nonce === null) return null;
  // Some tokens have a permit of their own shape.
  if (typeHash !== null && typeHash !== ERC2612) return null;
  const guessed: TypedDataDomain = {
    name,
    version: version ?? "1",
    chainId,
    verifyingContract: token,
  };
  const domain = answer === null ? guessed : domainOf(answer, token, chainId);
  return domain !== null && isDomainOf(domain, separator) ? { domain, nonce } : null;
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch {
    return null;
  }
}
